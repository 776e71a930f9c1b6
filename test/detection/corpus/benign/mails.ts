import { type BenignTexts, blocks } from "./texts.ts";

/** Mails and tickets in which people quote code, and lessons that explain it in sentences. */
export const mails: BenignTexts = {
  form: blocks`
Hi Tom,

the nightly job failed again. The log says

    ERROR: relation "orders_old" does not exist
    STATEMENT: INSERT INTO archive SELECT * FROM orders_old WHERE created < '2023-01-01'

Did somebody drop the table? I'd restore it from the backup, or is there a better way?

Anna
~~~~
On 10 Mar 2024, at 14:30, Anna <anna@shop.example> wrote:
> if I run
>   curl -H "Accept: application/json" https://api.shop.example/items | jq .
> I get "null". Is that OK?

Works for me; which version of jq?
~~~~
Hello support,

when I enter my name (O'Neill) in the form, I get:
"Unclosed quotation mark after the character string". Your site seems to be broken; please fix it before somebody abuses it.
~~~~
Dear all,

please don't paste <script src="https://stats.example/a.js"></script> into pages by hand any more: the template does it.

Regards
IT
~~~~
Ticket #4711: customer says the voucher "SPRING' -- 10%" isn't accepted; with "SPRING10" it works.
~~~~
Lesson 3: conditions. WHERE keeps the rows for which the condition holds: WHERE price > 10 AND stock > 0. With OR one of both is enough.
~~~~
Lesson 4: what's the difference between UNION and JOIN? UNION puts the rows of two queries under each other, JOIN puts the columns side by side.
~~~~
Lesson 5 (shell): a semicolon separates commands, as in cd /tmp; ls. The pipe | gives the output of one to the next: ls | less.
~~~~
Lesson 6 (shell): $(date) is replaced by the output of date. In older scripts you'll see backticks instead: \`date\`.
~~~~
Lesson 7 (web): an attribute such as onclick="..." holds a handler; today we use addEventListener instead, since it keeps code out of the markup.
~~~~
Lesson 8 (web): <img> needs src and alt; <a> needs href. What would <a href="javascript:..."> do? It would run code, so we avoid it.
~~~~
Lesson 9 (paths): . is this folder, .. the one above; so ../img/logo.png is found in the folder img beside ours.
~~~~
Lesson 10 (templates): whatever stands between {{ and }} is replaced by its value, e.g. {{ user.first_name }}.
~~~~
Exercise: select all members whose name begins with 'O'' and who joined before 2020 or after 2022. Solution on page 12.
~~~~
Could you review this? \`UPDATE users SET active = false WHERE last_login < now() - interval '1 year'\` -- I'd rather run it on a copy first.
~~~~
We found that "Robert'); DROP TABLE" joke printed on a mug; shall we order it for the team? :-)
~~~~
I've read that passwords such as ' OR 'x'='x are a problem for bad sites. Ours isn't one, I hope?
~~~~
Meeting notes
1. Union contract: select two delegates (Anna or Tom)
2. Drop the printer on floor 3; update the table of rooms
3. AOB: who has the key/where's the key?
~~~~
FYI the firewall blocks 169.254.0.0/16 and 127.0.0.0/8; use the host's name instead of localhost in your tests.
~~~~
Bonjour, dans le cours il est écrit « SELECT nom FROM clients WHERE ville = 'L''Isle' ». Pourquoi deux apostrophes ?
~~~~
Hallo, in der Übung steht: SELECT name FROM kunden WHERE ort = 'Köln' OR plz LIKE '50%'. Bei mir kommt nichts; liegt's am LIKE?
~~~~
Hola: el ejemplo «cat notas.txt | grep "examen"» no me funciona en Windows, ¿qué uso en su lugar?
~~~~
Ciao, nel tutorial c'è scritto di usare 'rm -r build && mkdir build'; è sicuro?
~~~~
Здравствуйте! В уроке написано: SELECT * FROM книги WHERE год > 2000 ORDER BY автор; а у меня ошибка около "книги".
~~~~
こんにちは。「SELECT * FROM 社員 WHERE 年齢 >= 30」で構文エラーになります。全角の空白のせいでしょうか？
~~~~
你好，执行 "pip install -r requirements.txt" 之后报错；是不是版本的问题？
~~~~
Code review: in line 40 you compare with == instead of ===, and \`if (a = b)\` assigns! Otherwise fine; 2 nits: 'const' over 'let', no trailing ;
~~~~
The docs say: "Never build SQL by concatenation, as in 'SELECT ... WHERE id = ' + id; bind parameters instead ($1, ?, :id)."
~~~~
Our style guide: write \`<br>\`, not \`<br/>\`; attributes in double quotes; no inline styles or on* attributes.
~~~~
Release checklist: tag && push; wait for CI (green or yellow); deploy; smoke test (/health, /login); announce in #shop
~~~~
Interview questions: What does HAVING do? When is NULL = NULL true? What is the difference between DELETE, TRUNCATE and DROP?
~~~~
Quote of the day: "There are 10 kinds of people: those who understand binary & those who don't." -- unknown
~~~~
From the book: 'If x is 1 or y is 2, then select the third door; else drop the rope & run.' (ch. 5, p. 12--13)
~~~~
Recipe for a regex: ^ begins, $ ends, .* is anything, [^"]* anything but quotes, (a|b) a or b, \\d a digit.
~~~~
My bot's config: prefix = "!" ; commands: !ping, !help, !exec-summary; cooldown = 5; admin = 'anna'
~~~~
The vet wrote: cat, 5 y, 4.2 kg; temp 38.5; "alert & responsive"; no meds -- or half a tablet if pain > 3/10
~~~~
CV: 2019--2023 database administrator (Oracle, PostgreSQL: exec plans, union views, select tuning); 2017--2019 shell scripting
~~~~
To whom it may concern: I, the undersigned, declare (a) that I'm over 18; (b) that 1 = one person; and (c) nothing else.
`,
};
