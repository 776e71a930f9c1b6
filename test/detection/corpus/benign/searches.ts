import { type BenignTexts, lines } from "./texts.ts";

/** What people type into search boxes: of shops, of help centres, of sites about programming and security. */
export const searches: BenignTexts = {
  argument: lines`
19" monitor stand
6' x 4' rug
3/4" npt to 1/2" barb
men's t-shirt xl or xxl
women's size 8 - 10
lamp < 50€
tv > 55 inch
"exact phrase" -excluded
shoes AND (red OR blue) NOT suede
price:[10 TO 50]
title:"union jack" OR tag:flag
site:docs.example filetype:pdf
intitle:manual x100
usb-c cable (2m)
a4 paper 80g/m²
m3 x 10 screws; din 912
hp 305xl & 304
philips e27/60w
ps4|ps5 controller
c# in depth 4th ed.
c++ primer
node.js && express
.net core
the catcher in the rye's author
drop leaf table
drop side union fitting
select committee report 2019
select comfort bed update
union square cafe table for 2
order by phone
group by age
join the navy
left join the party meme
insert molding machine
having vs has
where to eat near me
between us
cast iron pan
cast as romeo
declare variables meaning
exec chair black
char broil grill
sleep number 5000
benchmark chairs
waitfor me song
delay pedal guitar
concat plastic pipe
substring guitar
ascii art cat
hex key set 1.5-10mm
version 2
database administrator jobs
user table leg
admin dashboard template
password book 'floral'
etc coffee
shadow box frame
passwd
hosts for airbnb
bash guitar tabs
shell necklace
powershell costume
curl cream
wget meaning
cat litter 10kg; clumping
cat food > 1 year
ping pong table
nc wyeth prints
rm williams boots
echo dot 4
chmod calculator
sudo make me a sandwich shirt
kill bill vol. 1
find waldo book
script font tattoo
alert necklace medical
onerror poster
img frame 10x15
svg cut files
iframe picture frame
style guide 1950s
object permanence toys
embed stone in ring
base oil 10w-40
meta quest 3
form work concrete
input shaft seal
video doorbell
body lotion
details matter quote
template for résumé
{curly} brackets necklace
\${variable} mug
%appdata% meaning
#1 dad mug
50% wool / 50% cotton
$20 gift card
*star* stickers
hello_world t-shirt
a=b=c
E=mc²
1984 or animal farm
catch-22
fahrenheit 451 & 1984
oceans 11, 12, 13
se7en
8½
'salem's lot
schindler's list
bill & ted's excellent adventure
what we do in the shadows; season 2
who framed roger rabbit?
(500) days of summer
[rec]
$9.99
mother!
m*a*s*h
kung fu panda 1-4
`,
  query: lines`
q=how+to+prevent+sql+injection+in+php
q=what+is+%22or+1%3D1%22
q=union+select+explained
q=difference+between+union+and+union+all
q=drop+table+if+exists+mysql
q=xss+cheat+sheet
q=%3Cscript%3E+tag+not+working
q=html+%3Cimg%3E+alt+text
q=onclick+vs+addEventListener
q=innerHTML+vs+textContent
q=how+to+escape+%3C+and+%3E
q=meaning+of+%26nbsp%3B
q=%26amp%3B+vs+%26
q=document.cookie+httponly
q=what+does+rm+-rf+do
q=ls+-la+meaning
q=cat+command+linux
q=%2Fetc%2Fhosts+mac
q=where+is+%2Fetc%2Fpasswd+on+mac
q=chmod+777+bad
q=bash+%24%28%29+vs+backticks
q=%24PATH+windows
q=%25PATH%25+vs+%24env%3APATH
q=curl+%7C+bash+safe%3F
q=php+eval+is+evil
q=python+__init__+vs+__new__
q=__proto__+vs+prototype
q=%7B%7B+moustache+%7D%7D+syntax
q=jinja+%7B%25+if+%25%7D
q=log4j+vulnerability+explained
q=jndi+lookup+meaning
q=ssrf+169.254+link+local
q=localhost+vs+127.0.0.1
q=..%2F+meaning
q=cd+..+not+working
q=regex+%5E%5Cd%2B%24
q=regex+.*%3F+lazy
q=select+first+row+group+by
q=sql+where+in+list
q=sql+%22not+in%22+null
q=sql+like+%25+wildcard
q=sql+single+quote+escape
q=excel+%22%3DIF%28A1%3E5%22
q=ldap+filter+%28cn%3D*%29
q=xpath+%2F%2Fdiv
q=mongodb+%24ne+null
q=mongo+%24in+array
q=css+%3Ahover
q=css+%21important
q=c+sharp+%3F%3F+operator
q=javascript+%7C%7C+vs+%3F%3F
q=%3D%3D+vs+%3D%3D%3D
q=i%2B%2B+vs+%2B%2Bi
q=a+%3C+b+c%2B%2B+template
q=what+is+a+%22cve%22
q=owasp+top+10
q=information_schema+mysql
q=xp_cmdshell+what+is+it
q=sleep+in+javascript
q=exec+vs+spawn+node
q=git+%22detached+head%22
q=vim+%3Awq
q=grep+-r+%22foo%22+.
q=find+.+-name+%22*.log%22
q=awk+%27%7Bprint+%241%7D%27
q=sed+s%2Fa%2Fb%2Fg
q=crontab+*%2F5
q=docker+run+-v+%24PWD
q=kubectl+get+pods+-n
q=http+%0D%0A+crlf
q=url+encode+%2520
q=base64+decode+online
q=jwt+eyJ+meaning
q=utf-8+%EF%BF%BD
q=%E4%BD%BF%E3%81%84%E6%96%B9
q=%D0%BA%D0%B0%D0%BA+%D1%83%D0%B4%D0%B0%D0%BB%D0%B8%D1%82%D1%8C
q=caf%C3%A9+d%27artistes
q=l%27union+fait+la+force
term=o%27neill+wetsuit&page=2&sort=price_asc
s=men%27s+shoes&post_type=product
keyword=%E6%89%8B%E6%9C%BA+%E5%A3%B3&cat=12
q=1+or+2+bedroom+flat&min=500&max=900
q=%22drop+shipping%22&filter=category:select
search[value]=O%27Brien&search[regex]=false&columns[0][data]=id&order[0][dir]=asc
q=xss&type=code&l=JavaScript
q=repo:acme/app+is:issue+is:open+label:%22bug%22
q=from:anna+subject:(union+OR+select)+after:2024/01/01
`,
  form: lines`
How do I delete my account?
Where is the invoice of order #12345-A?
Why can't I select a delivery slot between 5 and 7?
"Session expired" when updating table view
Error 0x80070057 -- the parameter is incorrect
What's the difference between 'Drop' and 'Remove' in the editor?
The <select> box on the checkout page doesn't open
Form says "Invalid input: '" when I type an apostrophe
Can I use HTML like <b>bold</b> in product descriptions?
script tag in the footer: allowed?
which port does the shell use, 22 or 2222?
reset root password of the NAS
how to whitelist 10.0.0.0/8 or 192.168.1.*
VPN & localhost:3000 don't work together
can't open file:///Users/me/report.pdf from the browser
cannot cd into C:\Program Files\Acme
`,
  json: lines`
"how many rows does UNION ALL return?"
why does select count(*) return 0
what is 'having' for?
OR vs XOR; AND vs &&
onerror event not firing on img
alert() is blocked in iframes
base64 images in <img src>
what's javascript:void(0)?
is eval() ever ok?
what does 2>&1 mean
how do I \`cat\` two files into one?
what's in /etc/shadow
what is /etc/group for
why does <object> need a <param>
explain: find . -type f | xargs grep foo
../ or ..\ on windows?
what is %00
how does \${jndi:...} work
{{user.name}} isn't replaced in my e-mail
can {% include %} take variables?
wildcards: LIKE '%abc%' is slow
escape a single quote in SQL: '' or \'?
`,
};
