import { type BenignTexts, blocks, lines } from "./texts.ts";

/** Lessons and questions about code, and code that people paste into forms. */
export const code: BenignTexts = {
  form: lines`
SELECT * FROM customers;
SELECT id, name FROM products WHERE price < 100 ORDER BY name;
SELECT a.id, b.title FROM a LEFT JOIN b ON a.id = b.a_id WHERE b.id IS NULL
INSERT INTO cities (name, country) VALUES ('Paris', 'FR'), ('Rome', 'IT');
UPDATE stock SET qty = qty - 1 WHERE sku = 'A-1';
DELETE FROM carts WHERE updated_at < NOW() - INTERVAL '30 days'
CREATE TABLE pets (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT '');
ALTER TABLE pets ADD COLUMN owner_id BIGINT REFERENCES owners(id) ON DELETE CASCADE;
With \`UNION ALL\` duplicates are kept, with \`UNION\` they're not.
In SQL, 'OR' has a lower precedence than 'AND', so a OR b AND c means a OR (b AND c).
A quote in a string is doubled: 'it''s'.
WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY pay DESC) AS r FROM staff) SELECT * FROM ranked WHERE r = 1
EXPLAIN ANALYZE SELECT count(*) FROM events WHERE ts BETWEEN '2024-01-01' AND '2024-02-01'
GRANT SELECT ON reports TO analyst;
Is "WHERE 1 = 1" bad style? I use it to append conditions.
The CASE expression: CASE WHEN score > 90 THEN 'A' ELSE 'B' END
COALESCE(nickname, first_name, 'anonymous')
LIKE 'a_c%' matches abc, aXcd and so on
-- this is a comment in SQL; # is one in MySQL only
DROP TABLE IF EXISTS removes a table without an error when it isn't there.
Use EXISTS (SELECT 1 FROM ...) rather than IN for large lists
What does information_schema contain? Tables about tables.
ls -l | wc -l counts files
grep -rn "TODO" src/ | head
find . -name '*.tmp' -delete
Use && to run the second command only if the first one succeeds, || if it fails.
cat file.txt | sort | uniq -c | sort -nr
The shebang #!/bin/bash goes on the first line
chmod +x deploy.sh; ./deploy.sh staging
echo "Hello, $USER" > greeting.txt
tar -czf backup-$(date +%F).tgz ~/Documents
ssh -L 8080:localhost:80 anna@web.example
rsync -avz --delete ./build/ deploy@web.example:/srv/www/
kill -9 $(pgrep node) is rude; try SIGTERM first
export NODE_ENV=production
if [ -f .env ]; then source .env; fi
while read -r line; do echo "> $line"; done < input.txt
docker run --rm -it -p 3000:3000 -v "$PWD":/app node:20 npm start
kubectl get pods -n shop -o jsonpath='{.items[*].metadata.name}'
git log --oneline --graph | head -20
git commit -m "Don't select hidden rows; fixes #12"
npm install && npm run build
pip install -r requirements.txt
curl -s https://api.example/items | jq '.[0].name'
wget -O - is the same as curl
sudo apt-get update && sudo apt-get upgrade -y
Get-ChildItem -Recurse | Where-Object { $_.Length -gt 1MB }
dir /s /b *.log
set PATH=%PATH%;C:\Tools
type config.ini | more
ping -c 3 router.local shows packet loss
crontab -e and add */5 * * * * /usr/local/bin/sync.sh
sed -i 's/foo/bar/g' *.md
awk -F: '{ print $1 }' users.txt
xargs -n 1 echo < list
vim :%s/\s\+$//e removes trailing blanks
make -j4 || echo failed
nohup ./run.sh > run.log 2>&1 &
ps aux | grep [n]ginx
history | grep ssh
export PS1='\u@\h:\w\$ '
printf '%s\n' "\${array[@]}"
let sum=a+b; echo $sum
python3 -c 'print("hi")'
perl -pe 's/a/b/'
node -e "console.log(1 + 1)"
php -r 'echo date("Y");'
`,
  json: blocks`
function add(a, b) {
  return a + b; // it's simple
}
~~~~
const items = await fetch("/api/items").then((r) => r.json());
for (const { id, name } of items) console.log(id, name);
~~~~
document.getElementById("menu").addEventListener("click", function (event) {
  event.preventDefault();
  this.classList.toggle("open");
});
~~~~
$(function () { $(".select2").select2({ placeholder: "Choose..." }); });
~~~~
export default function App({ items }) {
  return <ul>{items.map((i) => <li key={i.id} onClick={() => pick(i)}>{i.name}</li>)}</ul>;
}
~~~~
<template>
  <button @click="count++" v-if="isOpen && count < 5">{{ count }}</button>
</template>
~~~~
<div *ngFor="let item of items; trackBy: byId" (click)="select(item)">{{ item.name | uppercase }}</div>
~~~~
def area(r: float) -> float:
    """Area of a circle; r isn't checked."""
    return math.pi * r ** 2
~~~~
import os
for name in os.listdir("."):
    print(name, os.path.getsize(name))
~~~~
class Animal:
    def __init__(self, name):
        self.name = name
    def __repr__(self): return f"<Animal {self.name!r}>"
~~~~
[x * x for x in range(10) if x % 2 == 0 or x > 7]
~~~~
@app.route("/items/<int:item_id>", methods=["GET", "POST"])
def item(item_id): return render_template("item.html", item=Item.query.get_or_404(item_id))
~~~~
public static void main(String[] args) {
    System.out.println("Hello, " + args[0] + "!");
}
~~~~
List<String> names = people.stream().filter(p -> p.getAge() > 18).map(Person::getName).toList();
~~~~
try (var in = Files.newBufferedReader(path)) { in.lines().forEach(System.out::println); } catch (IOException e) { log.warn("can't read", e); }
~~~~
var result = from p in products where p.Price < 100 select new { p.Id, p.Name };
~~~~
fn main() {
    let v: Vec<i32> = vec![1, 2, 3];
    println!("{:?}", v.iter().map(|x| x * 2).collect::<Vec<_>>());
}
~~~~
package main

import "fmt"

func main() { for i := 0; i < 3; i++ { fmt.Println(i) } }
~~~~
#include <stdio.h>
int main(void) { printf("%d\n", 1 << 4); return 0; }
~~~~
template <typename T> T max(T a, T b) { return a > b ? a : b; }
~~~~
puts [3, 1, 2].sort.map { |n| n ** 2 }.inspect
~~~~
<?php
// A small class for a cart; the price is in cents.
final class Cart { private array $items = []; }
~~~~
foreach ($items as $key => $item) { echo $item['name'], ' = ', $item['price']; }
~~~~
@foreach ($users as $user)
    <p>{{ $user->name }}</p>
@endforeach
~~~~
{% for product in collection.products limit:4 %}<li>{{ product.title | escape }}</li>{% endfor %}
~~~~
<% @items.each do |item| %><%= link_to item.name, item %><% end %>
~~~~
.btn:hover > .icon::before { content: "\f101"; color: #fff !important; transform: translate(-50%, 0) }
~~~~
@import url("https://fonts.example/css?family=Lato"); :root { --gap: calc(1rem + 2px); }
~~~~
@media screen and (max-width: 600px) { .grid { grid-template-columns: repeat(2, minmax(0, 1fr)) } }
~~~~
let re = /^(?:\+?1[-. ]?)?\(?(\d{3})\)?[-. ]?(\d{3})[-. ]?(\d{4})$/;
~~~~
^[\w.+-]+@[\w-]+\.[\w.]+$
~~~~
(?i)\b(select|update)\b.*?\bfrom\b
~~~~
^(?=.*[A-Z])(?=.*\d)(?!.*["'<>]).{8,}$
~~~~
s/(['"])(.*?)\1/<\2>/g
~~~~
=IF(AND(A1>5,B1<10),"yes","no")
~~~~
=VLOOKUP(A2,'Sheet 2'!$A$2:$C$99,3,FALSE)
~~~~
=SUMIFS(C:C,A:A,"<>0",B:B,">="&DATE(2024,1,1))
~~~~
\documentclass{article}
\usepackage[utf8]{inputenc}
\begin{document}
Let $x \in \mathbb{R}$; then $x^2 \geq 0$.
\end{document}
~~~~
\input{chapters/intro} \includegraphics[width=.5\textwidth]{img/plot.pdf} \cite{knuth84}
~~~~
\frac{-b \pm \sqrt{b^2-4ac}}{2a}
~~~~
type Query { items(first: Int = 10, after: ID): [Item!]! }
~~~~
syntax = "proto3";
message Order { int64 id = 1; repeated string tags = 2; }
~~~~
SELECT ?item ?label WHERE { ?item wdt:P31 wd:Q146; rdfs:label ?label. FILTER(LANG(?label) = "en") } LIMIT 5
~~~~
MATCH (a:Person)-[:KNOWS]->(b) WHERE a.name = "Anna" RETURN b.name
~~~~
db.orders.find({ status: "open", total: { $gt: 100 } }).sort({ created: -1 })
~~~~
db.orders.aggregate([{ $match: { status: "open" } }, { $group: { _id: "$city", n: { $sum: 1 } } }])
~~~~
sum by (job) (rate(http_requests_total{status!~"4.."}[5m])) > 0.5 or vector(0)
~~~~
histogram_quantile(0.99, sum(rate(request_seconds_bucket[10m])) by (le))
~~~~
{app="web"} |= "timeout" != "healthcheck" | json | line_format "{{.msg}}"
~~~~
index=web status>=500 | stats count by host | where count > 10 | sort - count
~~~~
requests | where timestamp > ago(1h) and success == false | summarize n = count() by name
~~~~
title:(union OR "trade union") AND NOT year:[* TO 1989] AND author:o'neill~2^3
~~~~
.[] | select(.name | test("^a")) | {id, tags: (.tags // [])}
~~~~
$..book[?(@.isbn && @.price<10)]
~~~~
/bookstore/book[price>35.00 and @lang='en']/title
~~~~
(&(objectClass=person)(|(sn=O'Neill)(mail=*@shop.example)))
~~~~
cn=Anna O\2CNeill,ou=People,dc=shop,dc=example
~~~~
rule "lint" { if user.role == "admin" && !request.dry_run { allow } }
~~~~
resource "aws_s3_bucket" "logs" { bucket = "\${var.name}-logs" tags = { Env = "prod" } }
~~~~
location ~ \.php$ { deny all; } location / { try_files $uri $uri/ /index.html; }
~~~~
RewriteRule ^old/(.*)$ /new/$1 [R=301,L,QSA]
~~~~
IF x > 0 THEN PRINT "OK" ELSE GOTO 20
~~~~
MOV AX, 0x4C00 ; exit
INT 21h
~~~~
(defun square (x) (* x x)) ; it's Lisp
~~~~
main = mapM_ print $ takeWhile (<= 10) [n * n | n <- [1 ..]]
~~~~
let rec fact n = if n <= 1 then 1 else n * fact (n - 1)
~~~~
user> SELECT version();
 PostgreSQL 16.2 on x86_64-pc-linux-gnu
(1 row)
~~~~
>>> "it's" == 'it\'s'
True
>>> eval is evil, isn't it?
~~~~
[anna@web ~]$ ls -la /srv/www
total 12
drwxr-xr-x 3 anna www 4096 Mar 10 14:30 .
~~~~
C:\Users\anna> dir
 Volume in drive C has no label.
`,
};
