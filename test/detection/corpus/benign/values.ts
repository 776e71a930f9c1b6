import { type BenignTexts, lines } from "./texts.ts";

/** Short values that programs and people send: identifiers, numbers, passwords, formulas, emoji. */
export const values: BenignTexts = {
  form: lines`
Tr0ub4dor&3
correct horse battery staple
p@$$w0rd!
Pa55'word"
' or maybe not '
x';-)y
#Sommer2024!
&&Kl34--++
<Geheim>99
q{W)e(R}t
%$&/()=?
\/\/i11iam
||pipes||
a=1;b=2
"quoted'pass\`word"
üÄö$123ß
пароль№1!
密码123！
S3lect*From
dropTable7!
1or1is2
--Secret--
/*hidden*/9Z
\${Dollar}2
{{Curly}}8
$(Money)4U
~!@#$%^&*()_+
-=[]\;',./
{}|:"<>?
kT#9'vLq2;zX
N0'Way;Jose
alert!Bell9
`,
  argument: lines`
+49 (0)30 / 901820-15
+1 (555) 010-9999 ext. 12
0033 1 70 18 99 00
*#06#
DE89 3704 0044 0532 0130 00
GB29NWBK60161331926819
4111-1111-1111-1111
FR 40 303 265 045
52°31'12.0"N 13°24'17.8"E
52.520008, 13.404954
-33.8688;151.2093
POINT(13.4 52.5)
1.2.3-beta.4+build.567
^1.2.3 || ~2.0.0
>=18 <21
v20.11.1
6f9619ff-8b86-d011-b42d-00c04fc964ff
{6F9619FF-8B86-D011-B42D-00C04FC964FA}
01HZX3V7J5R8M2N4P6Q9S1T0WY
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC
0xdeadbeef
0x71C7656EC7ab88b098defB751B7401B5f6d8976F
#ff8800
rgba(255, 136, 0, .5)
hsl(120deg 75% 25%)
1e-7
-0
∞
1,234.56
1.234,56 €
€ 12,50 / kg
$1.99 (was $2.99)
¥1,000-¥2,000
12:30 pm - 1:45 pm
2024-03-10T14:30:00.123+01:00
10/03/2024
P3Y6M4DT12H30M5S
R5/2008-03-01T13:00:00Z/P1Y
2024-W10-7
Mon, 10 Mar 2024 14:30:00 GMT
en-US,en;q=0.9
Europe/Berlin
UTC+05:30
image/png
text/html; charset=utf-8
ISBN 978-0-14-103614-4
DOI:10.1000/182
arXiv:2301.00001v2
PMID: 12345678
EAN 4006381333931
SKU-1234/A_b.c
ABC|DEF|GHI
a;b;c
1,2,3,,5
[1, 2, 3]
{"a":1}
{a,b}
(empty)
[object Object]
%s
%d items
%20
%%
\n
\
""
''
()
[]
{}
<>
<empty>
??
!!
;
;;
&
&amp;
=
==
===
!=
<=>
->
=>
::
/* */
--help
-v
@
@here
#
*
*.*
*.txt
^
~
|
\`
_
__
$
$1,$2
1;2
1'2"
f(x) = x² + 2x - 1
a² + b² = c²
x > 0 && x < 10
∀x ∈ ℝ: x² ≥ 0
∑_{i=1}^{n} i = n(n+1)/2
P(A|B) = P(B|A)·P(A)/P(B)
(a+b)*(a-b)
2^10
10 mod 3
not(a or b) = not a and not b
p ∨ ¬p
A ∪ B ∩ C
5 < 6 > 4
3 <> 4
H2SO4 + 2 NaOH -> Na2SO4 + 2 H2O
C=C-C(=O)O
CC(C)CC1=CC=C(C=C1)C(C)C(=O)O
ATGGCCTAA
1. e4 e5 2. Nf3 Nc6 3. Bb5 a6
rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1
♥A ♠K
👍🏽
👩‍👩‍👧‍👦 family
🇩🇪🇫🇷
😀😃😄 😁
❤️‍🔥
¯\\_(ツ)_/¯
(╯°□°)╯︵ ┻━┻
ʕ•ᴥ•ʔ
<(^_^)>
( ͡° ͜ʖ ͡°)
=^.^=
>:-(
\o/
c(_)
m(_ _)m
Z̷a̷l̷g̷o̷
ℌ𝔢𝔩𝔩𝔬
Ｆｕｌｌ ｗｉｄｔｈ
½ + ¼
№ 5
™©®
“curly” ‘quotes’
«guillemets» „low“
—em–en-
zero​width
right‮left
no break
tab	separated	values
M/F
N
y
on
yes/no
admin
root
guest
test
asc
desc
select
union
drop
null,null
true,false
id
name
*,id
count(*)
max
.5
1.
1_000
NaN%
1e309
`,
  cookie: lines`
eyJ1IjoiYW5uYSIsImNhcnQiOlsxLDJdfQ==
%7B%22theme%22%3A%22dark%22%2C%22size%22%3A%22l%22%7D
a:3:b:7|c
2024-03-10|en|EUR
1:2:3;4
consent=ad:0&analytics:1
`,
  json: lines`
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI4IiBoZWlnaHQ9IjgiLz4=
data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA
SGVsbG8gV29ybGQ=
VGhlIHF1aWNrIGJyb3duIGZveA
U2VsZWN0IHlvdXIgc2VhdHMgb3IgY2FsbCB1cw==
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0
eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJhbm5hIn0.c2lnLXNpZy1zaWc
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx0b2tlbnRva2VudG9rZW50b2tlbg anna@laptop
-----BEGIN CERTIFICATE----- MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
BEGIN:VCARD VERSION:4.0 FN:Anna O'Neill END:VCARD
WIFI:T:WPA;S:Guest;P:it's"free";;
00:1A:2B:3C:4D:5E
fe80::1ff:fe23:4567:890a%eth0
192.0.2.0/24, 198.51.100.0/24
M0 0h24v24H0z
M10 20 C 20 20, 40 20, 50 10 S 80 0 90 10
translate(10px, 20px) rotate(45deg)
0 0 24 24
cubic-bezier(.4,0,.2,1)
@media (min-width: 600px) and (max-width: 900px)
#root > div:nth-child(2) > ul > li.active a[href^="/x"]
//div[@class="price"]/span[1]
$.store.book[?(@.price < 10)].title
.items[] | select(.price > 5) | {id, name}
yyyy-MM-dd'T'HH:mm:ss.SSSXXX
'Week' w 'of' yyyy
#,##0.00;(#,##0.00)
_("$"* #,##0.00_)
{0:N2} of {1}
%(name)s has %(count)d items
Hello, \${name}!
Hi {{ first_name }}, your order {{ order.id }} has shipped
{count, plural, =0 {no items} one {# item} other {# items}}
{% raw %}
<%= product_title %>
[[firstname]] [[lastname]]
*|FNAME|* *|UNSUB|*
%recipient.name%
@{user.name}
#{first} is missing
`,
};
