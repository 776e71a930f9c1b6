<?php
// Reads lines of a kind of input, a blank and the input in Base64; answers a line of JSON each: what PHP's reader hands
// over, or null where it fails. Names lose what PHP takes for nesting, and dots and blanks in them become underscores.

$values = function (array $found): array {
    $texts = [];
    array_walk_recursive($found, function ($value) use (&$texts) { $texts[] = $value; });
    return $texts;
};
$form = function (string $data) use ($values): array {
    parse_str($data, $found);
    return $values($found);
};
$readers = [
    'json' => fn (string $data) => json_decode($data, false),
    'form' => $form,
    'query' => fn (string $data) => $form(explode('#', explode('?', $data, 2)[1] ?? '', 2)[0]),
    // As PHP's own reader of the header: pieces at each semicolon, white space in front of names left out.
    'cookies' => fn (string $data) => array_map(
        fn (string $piece) => rawurldecode(explode('=', ltrim($piece), 2)[1] ?? ''),
        explode(';', $data),
    ),
];
while (($line = fgets(STDIN)) !== false) {
    [$kind, $data] = explode(' ', rtrim($line, "\n"), 2);
    $answer = json_encode($readers[$kind](base64_decode($data)), JSON_INVALID_UTF8_SUBSTITUTE);
    echo $answer === false ? 'null' : $answer, "\n";
}
