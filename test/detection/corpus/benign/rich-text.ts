import { type BenignTexts, blocks, lines } from "./texts.ts";

/** Markup as editors write it, and Markdown as people do. */
export const richText: BenignTexts = {
  form: lines`
<p>Welcome to our <strong>new</strong> shop!</p>
<p>Prices from <em>5 &euro;</em> &ndash; 10&nbsp;&euro;.</p><p><br></p>
<p style="text-align: center;"><span style="font-size: 14pt; color: #e03e2d;">Sale &amp; more</span></p>
<h2 class="wp-block-heading" id="h-about">About us</h2><p>We're a <a href="https://union.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">union shop</a>.</p>
<ul><li>one</li><li>two<ul><li>two and a half</li></ul></li></ul>
<ol start="3" type="a"><li data-list="ordered"><span class="ql-ui" contenteditable="false"></span>Three</li></ol>
<table style="border-collapse: collapse; width: 100%;" border="1"><colgroup><col style="width: 50%;"><col style="width: 50%;"></colgroup><tbody><tr><td>A</td><td>&lt; 5</td></tr></tbody></table>
<figure class="table"><table><thead><tr><th>Size</th><th colspan="2">Price</th></tr></thead><tbody><tr><td>S</td><td>1</td><td>2</td></tr></tbody></table></figure>
<figure class="image image_resized" style="width:50%;"><img src="/uploads/2024/harbour.jpg" alt="The harbour at night" srcset="/u/a-300.jpg 300w, /u/a-600.jpg 600w" sizes="100vw" width="600" height="400"><figcaption>At night</figcaption></figure>
<p><img class="alignnone size-medium wp-image-42" src="https://shop.example/wp-content/uploads/a.jpg" alt="" loading="lazy" /></p>
<blockquote><p>&ldquo;It's <i>great</i>&rdquo;</p><cite>Anna O'Neill</cite></blockquote>
<p>Line one<br />Line two<br>Line three</p><hr />
<pre><code class="language-html">&lt;script src="app.js"&gt;&lt;/script&gt;</code></pre>
<pre class="ql-syntax" spellcheck="false">select name from users where id = 5;
</pre>
<p>Use <code>&lt;b&gt;</code> for <b>bold</b>, <code>rm -rf build</code> to clean.</p>
<iframe width="560" height="315" src="https://www.youtube.com/embed/dQw4w9WgXcQ?si=abc" title="YouTube video player" frameborder="0" allow="accelerometer; autoplay; clipboard-write; encrypted-media" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen></iframe>
<div class="embed"><iframe src="https://player.vimeo.com/video/76979871?h=8272103f6e" width="640" height="360" frameborder="0" allow="fullscreen; picture-in-picture"></iframe></div>
<figure class="media"><oembed url="https://www.youtube.com/watch?v=H08tGjXNHO4"></oembed></figure>
<p class="ql-align-justify ql-indent-1">Ein <u>unterstrichener</u> Text und ein <s>gestrichener</s></p>
<p><span class="mention" data-mention="@anna" data-user-id="42">@anna</span> please have a look</p>
<p>H<sub>2</sub>O and E = mc<sup>2</sup></p>
<p dir="rtl" lang="ar">مرحبا <bdi>Anna</bdi></p>
<div><!--block-->Dear all,<br><br>see you at <strong>5</strong>.</div>
<!-- wp:paragraph {"align":"center","fontSize":"large"} --><p class="has-text-align-center has-large-font-size">Hello!</p><!-- /wp:paragraph -->
<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column {"width":"66.66%"} --><div class="wp-block-column" style="flex-basis:66.66%"></div><!-- /wp:column --></div><!-- /wp:columns -->
<!--StartFragment--><p class="MsoNormal"><o:p>&nbsp;</o:p></p><!--EndFragment-->
<p class=MsoNormal style='margin-bottom:0cm;mso-fareast-language:EN-US'><span lang=EN-GB style='font-family:"Arial",sans-serif'>Dear Tom,</span></p>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--><p>pasted from Word</p>
<center><table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td valign="top"><font face="Verdana" size="2">Newsletter 5/2024</font></td></tr></table></center>
<a href="mailto:info@shop.example?subject=Question&amp;body=Hello">Write to us</a> or <a href="tel:+4930901820">call</a>
<a href="#chapter-2">Chapter 2</a> | <a href="/contact?from=footer">Contact</a> | <a name="top"></a>
<a href="https://shop.example/javascript-course">JavaScript course</a>
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk" alt="logo">
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"><path d="M5 12h14M12 5l7 7-7 7"/></svg>
<svg class="icon" aria-hidden="true"><use href="#icon-cart"></use></svg>
<video controls poster="/v/p.jpg" width="320"><source src="/v/a.mp4" type="video/mp4"><track src="/v/a.vtt" kind="captions" srclang="en" label="English">No video support.</video>
<audio controls preload="none" src="/podcast/12.mp3"></audio>
<details><summary>More</summary><p>Even more.</p></details>
<p style="background:url('/img/bg.png') no-repeat 0 0; padding:5px">Boxed</p>
<span style="font-family:&quot;Times New Roman&quot;,serif;line-height:1.5">Serif</span>
<dl><dt>Union</dt><dd>A set operation; also a trade union</dd><dt>Drop</dt><dd>A sweet</dd></dl>
<p>if a &lt; b &amp;&amp; b &gt; c then a isn't c</p>
<p>Please select <select><option value="1" selected>one</option><option value="2">two</option></select></p>
<button type="button" class="btn btn-primary" disabled>Buy</button><label for="qty">Qty</label><input id="qty" type="number" min="1" max="9" value="1">
<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>
<p><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby></p>
<section aria-labelledby="t1"><header><h3 id="t1">Opening hours</h3></header><time datetime="2024-03-10T09:00">9 am</time></section>
<p>&#128512; &#x1F600; &hellip; &copy; 2024 &lsquo;Shop&rsquo;</p>
<p>The &lt;img onerror&gt; trick is explained <a title="XSS (Wikipedia)" href="https://en.wikipedia.example/wiki/Cross-site_scripting">here</a>.</p>
<kbd>Ctrl</kbd>+<kbd>C</kbd> copies; <samp>command not found: foo</samp> <var>x</var>
<abbr title="Structured Query Language">SQL</abbr> isn't <acronym>XML</acronym>
<p data-start="0" data-end="27">Sure! Here's the plan:</p><hr data-start="29" data-end="32">
<mark class="marker-yellow">important</mark> <del datetime="2024-01-01">old</del> <ins cite="/log/5">new</ins>
<div class="row"><div class="col-md-6 offset-md-3 text-center" id="intro" role="main" tabindex="-1">Hello</div></div>
<p>Text with a stray < and a stray > and an & too.</p>
<b>unclosed <i>and wrongly</b> nested</i>
`,
  json: lines`
<p>In JSON: <a href=\"/x\">escaped quotes</a></p>
{"type":"doc","content":[{"type":"paragraph","attrs":{"textAlign":"left"},"content":[{"type":"text","marks":[{"type":"bold"},{"type":"link","attrs":{"href":"https://a.example","target":"_blank"}}],"text":"Bold link"}]}]}
{"ops":[{"insert":"Title"},{"attributes":{"header":1},"insert":"\n"},{"insert":{"image":"https://img.example/a.png"}},{"insert":"it's\n"}]}
{"blocks":[{"key":"4vk5","text":"Draft.js says 'hi'","type":"unstyled","depth":0,"inlineStyleRanges":[{"offset":0,"length":5,"style":"BOLD"}],"entityRanges":[],"data":{}}],"entityMap":{}}
{"time":1700000000000,"blocks":[{"id":"a1","type":"header","data":{"text":"Editor.js &amp; friends","level":2}},{"type":"code","data":{"code":"<div></div>"}}],"version":"2.28.0"}
[{"type":"paragraph","children":[{"text":"Slate "},{"text":"rich","bold":true},{"type":"link","url":"/a?b=c","children":[{"text":"text"}]}]}]
{"root":{"children":[{"type":"heading","tag":"h1","children":[{"detail":0,"format":1,"mode":"normal","style":"","text":"Lexical","type":"text","version":1}],"direction":"ltr"}],"type":"root"}}
{"object":"block","type":"to_do","to_do":{"rich_text":[{"type":"text","text":{"content":"Drop the old table","link":null}}],"checked":false}}
{"version":1,"type":"doc","content":[{"type":"codeBlock","attrs":{"language":"sql"},"content":[{"type":"text","text":"SELECT 1;"}]}]}
`,
  part: blocks`
# Release notes

- **Fixed:** \`select\` boxes didn't open (#1234)
- **Changed:** the \`--union\` flag is now \`--join\`
- ~~Removed~~ the \`drop\` command

> It's "just" a patch release.

~~~~
## How to install

1. Run \`ls -la\` first
2. \`cd /opt && sudo tar xzf app.tar.gz\`
3. Edit \`/etc/app/app.conf\`:

\`\`\`ini
[server]
port = 8080 ; or 8443
\`\`\`

Then restart: \`systemctl restart app\`.

~~~~
| Operator | Meaning | Example |
|----------|:-------:|---------|
| \`=\`    | equal   | \`a = b\` |
| \`<>\`   | not     | \`a <> b\` |
| \`OR\`   | either  | \`a OR b\` |

~~~~
Use [this link](https://shop.example/a_(b)?c="d" "It's a title") or ![image](/img/a.png =100x*).
Footnote[^1] and <https://auto.example/link>.

[^1]: See 'Select', p. 5.

~~~~
\`\`\`js
const a = document.querySelector("#a");
a.addEventListener("click", () => console.log(\`clicked \${a.id}\`));
\`\`\`
Why isn't this called?

~~~~
\`\`\`sql
SELECT name, COUNT(*) AS n
FROM members
WHERE union_id IN (1, 2) OR name = 'O''Neil'
GROUP BY name
HAVING COUNT(*) > 1
ORDER BY n DESC;
\`\`\`
It returns nothing; what's wrong?

~~~~
\`\`\`bash
for f in *.log; do
  grep -c "error" "$f" | sort -n | tail -1
done
\`\`\`
This prints \`0\` for all files :(

~~~~
\`\`\`diff
- <p onclick="old()">
+ <p class="new">
\`\`\`

~~~~
Inline HTML in Markdown: <kbd>Esc</kbd>, <br>, <sup>1</sup> and an image <img src="a.png" width="200" align="right">

~~~~
- [x] write tests for \`a || b\`
- [ ] delete \`/tmp/cache\`
- [ ] ask @tom; he's back on 3/4

~~~~
$$ \\int_0^1 x^2 \\, dx = \\frac{1}{3} $$ and inline $a < b$ or \\(a > b\\)

~~~~
---
title: "Who's who"
tags: [select, union]
draft: false
---

Hello **world**

~~~~
<details>
<summary>Logs</summary>

\`\`\`
Error: Cannot find module '../lib/select'
    at Function.Module._resolveFilename (node:internal/modules/cjs/loader:1048:15)
\`\`\`

</details>

~~~~
Nested quote:

> > > He wrote "1 = 1"
> > I replied 'or not'
> fin

~~~~
* item \\* escaped
* item with \`\`double \` tick\`\`
* http://bare.example/?q=a|b

***

~~~~
:::warning
Don't run \`sudo rm -rf\` on production; use \`trash-put\` instead.
:::

~~~~
Term
: definition with <span style="color:red">red</span> text

*[HTML]: Hyper Text Markup Language

~~~~
@mention #tag :emoji: ~~strike~~ ==mark== ++ins++ H~2~O x^2^ ||spoiler||

~~~~
&copy; 2024 &mdash; it&rsquo;s *&lt;not&gt;* a tag

~~~~
Merge request !42: \`feature/drop-ie11\` -> \`main\`
Closes #1; relates to ABC-99 && DEF-100

~~~~
Steps to reproduce:
1) open \`https://shop.example/?a=<b>\`
2) click "Select all"
Expected: 5 rows; actual: 'undefined' or null

~~~~
\`\`\`mermaid
graph TD; A-->B; A-->C{ok?}; C -- yes --> D; C -- no --> E
\`\`\`

~~~~
{% note %}
Jekyll: {{ site.title }} and {{ page.date | date: "%Y" }}
{% endnote %}

~~~~
The pattern \`^/etc/(.*)$\` matches; \`../\` doesn't. Windows uses \`..\\\`.

~~~~
# Überschrift

Text mit \`<script>\`-Element im Fließtext und einem Pfad wie \`C:\\Temp\`.

~~~~
Use \`document.cookie\` only over HTTPS; \`alert(1)\` in the console shows a box.

~~~~
\`{{ 7 * 7 }}\` prints 49 in Jinja; in Mustache it doesn't.

~~~~
Set \`PATH=$PATH:/usr/local/bin\` in \`~/.bashrc\`, then \`source\` it; \`echo $?\` should print 0.
`,
};
