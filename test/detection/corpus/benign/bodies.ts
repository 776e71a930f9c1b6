import { type BenignTexts, blocks, lines } from "./texts.ts";

/** Whole bodies of programming interfaces, telemetry and forms. */
export const bodies: BenignTexts = {
  "body:application/json": lines`
{"email":"anna.o'neill@shop.example","password":"it's-a-Secret;1=1","remember":true}
{"name":"O'Brien & Sons","tags":["select","union","drop"],"price":12.5,"stock":null}
{"items":[{"sku":"A-1","qty":2},{"sku":"B/2","qty":1}],"coupon":"50%OFF","note":"leave at #4; ring twice"}
{"filter":{"price":{"gte":10,"lte":50},"or":[{"brand":"Acme"},{"brand":"D'Or"}]},"sort":[{"price":"asc"}],"page":2}
{"query":"query Items($first: Int!, $ids: [ID!]) { items(first: $first, where: {id: {in: $ids}}) { id name } }","variables":{"first":10,"ids":["1","2"]},"operationName":"Items"}
{"query":"mutation Login($in: LoginInput!) { login(input: $in) { token user { id } errors { message } } }","variables":{"in":{"email":"a@b.example","password":"p'w\"d"}}}
{"query":"{ __typename viewer { login } }"}
{"query":"fragment F on User { id name } query Q { user(login: \"anna\") { ...F repositories(first: 5, orderBy: {field: NAME, direction: ASC}) { nodes { name } } } }"}
{"operationName":"Search","variables":{"q":"union select committee","filters":[{"key":"type","values":["a","b"]}]},"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}
[{"query":"query A { a }"},{"query":"subscription B { b(id: 5) { c } }"}]
{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://shop.example/item.json","type":"object","properties":{"name":{"type":"string","pattern":"^[^<>]*$"},"size":{"$ref":"#/$defs/size"}},"$defs":{"size":{"enum":["s","m","l"]}},"required":["name"]}
{"type":"object","allOf":[{"$ref":"#/definitions/a"},{"not":{"required":["x"]}}],"additionalProperties":false}
{"openapi":"3.1.0","info":{"title":"Shop","version":"1"},"paths":{"/items/{id}":{"get":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer"}}],"responses":{"200":{"description":"It's there"}}}}}}
{"query":{"bool":{"must":[{"match":{"title":"o'neill"}}],"filter":[{"range":{"year":{"gte":1990,"lt":"now/d"}}}],"must_not":{"term":{"status":"deleted"}}}},"aggs":{"by_city":{"terms":{"field":"city.keyword"}}},"size":20}
{"size":0,"query":{"query_string":{"query":"title:(union OR select) AND year:[1990 TO *]","default_operator":"AND"}},"highlight":{"pre_tags":["<em>"],"post_tags":["</em>"],"fields":{"title":{}}}}
{"script":{"source":"doc['price'].value * params.rate","lang":"expression","params":{"rate":1.19}}}
{"collection":"orders","filter":{"status":"open","total":{"min":100}},"projection":{"_id":0,"total":1}}
{"structuredQuery":{"from":[{"collectionId":"cities"}],"where":{"fieldFilter":{"field":{"fieldPath":"state"},"op":"EQUAL","value":{"stringValue":"CA"}}},"limit":3}}
{"where":{"AND":[{"age":{"gt":18}},{"OR":[{"name":{"contains":"o'"}},{"mail":{"endsWith":"@a.example"}}]}]},"include":{"posts":true},"orderBy":{"name":"desc"}}
{"name":"build server","callbackUrl":"http://192.168.3.4:9000/hooks/in","events":["push","release"],"active":true}
{"TableName":"Orders","KeyConditionExpression":"#pk = :pk and begins_with(sk, :p)","ExpressionAttributeNames":{"#pk":"pk"},"ExpressionAttributeValues":{":pk":{"S":"USER#1"},":p":{"S":"ORDER#"}}}
{"jsonrpc":"2.0","method":"eth_call","params":[{"to":"0x6b175474e89094c44da98b954eedeac495271d0f","data":"0x70a08231000000000000000000000000b1"},"latest"],"id":1}
{"jsonrpc":"2.0","id":7,"method":"textDocument/completion","params":{"textDocument":{"uri":"file:///home/anna/app/main.ts"},"position":{"line":10,"character":4}}}
{"model":"gpt","messages":[{"role":"system","content":"You're a helpful assistant; answer in Markdown."},{"role":"user","content":"How do I drop a table in SQL? And what's <script> for?"}],"temperature":0.7,"stream":true,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]}
{"prompt":"Write a poem about a cat, a shell and the union of two hearts","max_tokens":100,"stop":["\n\n","###"]}
{"event":"page_view","properties":{"url":"https://shop.example/?q=a&b=c","title":"Men's \"Winter\" Shoes | Shop","referrer":"https://search.example/","screen":{"w":1920,"h":1080}},"ts":1700000000123}
{"batch":[{"type":"track","event":"Clicked <Buy>","anonymousId":"a1b2","context":{"userAgent":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)","page":{"path":"/select","search":"?x=1"}}}],"sentAt":"2024-03-10T14:30:00Z"}
{"events":[{"name":"scroll","params":{"percent":90}},{"name":"select_item","params":{"item_list_name":"drop downs"}}],"client_id":"1.2"}
{"exception":{"values":[{"type":"TypeError","value":"undefined is not a function (near '...x.map...')","stacktrace":{"frames":[{"filename":"app:///main.js","function":"Object.<anonymous>","lineno":1,"colno":2345,"context_line":"{snip} eval(t)||e(\"a\") {snip}"}]}}]},"platform":"javascript","sdk":{"name":"sentry.javascript.browser","version":"7.1.0"},"breadcrumbs":[{"category":"ui.click","message":"div#app > button.btn[type=\"submit\"]"}]}
{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"SELECT shop.orders","kind":3,"attributes":[{"key":"db.statement","value":{"stringValue":"SELECT id, total FROM orders WHERE user_id = $1 ORDER BY created LIMIT 10"}}]}]}]}]}
{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000000000000","severityText":"ERROR","body":{"stringValue":"can't open '/var/lib/app/data.db': Permission denied"}}]}]}]}
{"series":[{"metric":"system.load.1","points":[[1700000000,0.5]],"tags":["env:prod","host:web-1"],"type":"gauge"}]}
{"streams":[{"stream":{"app":"web"},"values":[["1700000000000000000","GET /a?b='c' 200"]]}]}
{"ddsource":"nodejs","message":"[shop] user=anna action=\"drop item\" ms=12 path=/cart;v=1"}
{"csp-report":{"document-uri":"https://shop.example/a","violated-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js","original-policy":"default-src 'self'; report-uri /csp","script-sample":"alert box"}}
[{"op":"replace","path":"/address/street","value":"12 Rue de l'Église"},{"op":"remove","path":"/tags/0"},{"op":"test","path":"/a~1b","value":"c"}]
[{"op":"add","path":"/members/-","value":{"$ref":"/Users/2819c223"}},{"op":"move","from":"/x","path":"/y"}]
{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"emails[type eq \"work\" and value ew \"shop.example\"].value","value":"a@shop.example"}]}
{"data":{"type":"articles","id":"1","attributes":{"title":"JSON:API paints my bikeshed!"},"relationships":{"author":{"data":{"type":"people","id":"9"}}}}}
{"@context":"https://schema.org","@type":"Product","name":"Kid's bike 16\"","offers":{"@type":"Offer","price":"99.00","priceCurrency":"EUR"},"aggregateRating":{"ratingValue":4.5}}
{"@odata.type":"#Microsoft.Graph.User","displayName":"Zoë D'Or","accountEnabled":true,"passwordProfile":{"forceChangePasswordNextSignIn":true,"password":"xWwvJ]6NMw+bWH-d"}}
{"_id":{"$oid":"507f1f77bcf86cd799439011"},"created":{"$date":"2024-03-10T14:30:00Z"},"total":{"$numberDecimal":"12.50"}}
{"$type":"feature","$value":5,"$":"root"}
{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[13.4,52.5]},"properties":{"name":"Café l'Union"}}]}
{"action":"opened","number":12,"pull_request":{"title":"Don't select hidden rows","body":"Fixes #3\r\n\r\n- [x] \`npm test\`\r\n- [ ] docs","head":{"ref":"fix/drop-down"},"diff_url":"https://github.example/acme/app/pull/12.diff"},"sender":{"login":"anna"}}
{"object_kind":"push","ref":"refs/heads/main","commits":[{"message":"Merge branch 'feature/union' into 'main'","modified":["src/select.ts","etc/app.conf"]}]}
{"id":"evt_1","type":"invoice.paid","data":{"object":{"amount":1250,"currency":"eur","lines":{"data":[{"description":"2 × Kid's bike (at €6.25 / each)"}]}}}}
{"update_id":1,"message":{"chat":{"id":-100},"text":"/start@shop_bot it's me; 1 or 2?","entities":[{"type":"bot_command","offset":0,"length":6}]}}
{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*Deploy* <https://ci.example/1|#1> finished & it's \`green\` <!here>"}}]}
{"embeds":[{"title":"New <order>","fields":[{"name":"Name","value":"\`\`\`O'Neill\`\`\`","inline":true}],"color":16711680}]}
{"to":"ExponentPushToken[xxx]","title":"It's shipped!","data":{"url":"myapp://orders/1"}}
{"notification":{"title":"Union news","body":"Select your shift -- now or never"},"registration_ids":["a:APA91b-x_y"]}
{"cells":[{"cell_type":"code","source":["import os\n","os.listdir('.')"],"outputs":[],"metadata":{}},{"cell_type":"markdown","source":["# It's **bold**"]}],"nbformat":4}
{"version":"2.0","settings":{"theme":"dark","shell":"/bin/zsh","path":"~/bin:/usr/bin","command":"npm run dev"}}
{"name":"app","scripts":{"build":"rm -rf dist && tsc -p . || exit 1","test":"vitest run; echo done"},"dependencies":{"react":"^18.0.0 || >=19"}}
{"compilerOptions":{"paths":{"@/*":["./src/*"],"~/*":["../shared/*"]}},"include":["**/*.ts"],"exclude":["node_modules"]}
{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::logs/*","Condition":{"StringLike":{"aws:UserAgent":"*curl*"}}}]}
{"expression":"(a + b) * 2 > 10 and name != 'x' or not done","context":{"a":1}}
{"rules":[{"field":"name","operator":"contains","value":"'"},{"field":"age","operator":"<=","value":"18"}],"combinator":"or","not":false}
{"formula":"=IF(A1>5,\"yes\",\"no\")","range":"'Sheet 1'!A1:B2","values":[["Name","=SUM(B:B)"],["O'Neill",5]]}
{"code":"print('hello')\nfor i in range(3):\n    print(i)","language":"python","stdin":"1 2\n"}
{"sql":"SELECT city, COUNT(*) FROM orders GROUP BY city","database":"analytics","format":"csv"}
{"html":"<p>Hello <b>Anna</b>, <a href=\"https://shop.example/?a=1&amp;b=2\">see here</a></p>","text":"Hello Anna","subject":"It's here"}
{"svg":"<svg viewBox=\"0 0 10 10\"><circle cx=\"5\" cy=\"5\" r=\"4\" fill=\"#f80\"/></svg>"}
{"image":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==","alt":"pixel"}
{"credential":{"id":"AbC-_","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVjE"}}}
{"keys":[{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAt","e":"AQAB","kid":"1"}]}
{"cart":{"lines":[],"attributes":{"gift":"yes","note":"Happy b'day -- love, M & D <3"}}}
{"locale":"de-DE","messages":{"cart.empty":"Ihr Warenkorb ist leer","items":"{count, plural, one {# Artikel} other {# Artikel}}","greeting":"Hallo {name}, schön, dass du da bist!"}}
{"fen":"r1bqkbnr/pppp1ppp/2n5/4p3/2B1P3/5N2/PPPP1PPP/RNBQK2R b KQkq - 3 3","moves":["Bb5","O-O","exd5 e.p."]}
{"lat":52.52,"lng":13.405,"accuracy":12,"heading":null,"speed":-1}
{"a":{"b":{"c":{"d":{"e":{"f":{"g":[[[[1]]]]}}}}}}}
{"0":"zero","1":"one","-1":"minus one","":"empty","a b":"blank","a.b":"dot","a[b]":"bracket","ключ":"русский","键":"中文"}
"a bare string; it's valid JSON"
[null,true,false,-0.5,1e10,"","\u00e9\ud83d\ude00"]
[["Name","City"],["O'Neill","Cork"],["Drop","Table Bay"]]
{"constructor":"Lotus F1","prototype":"Mk II","class":"GT3","process":"casting","require":["helmet","gloves"]}
{"username":"admin","role":"root","group":"wheel","home":"/home/admin","shell":"bash"}
{"user":{"name":"null","last":"undefined","nick":"NaN","bio":"true; or false?"}}
{"search":{"value":"","regex":false},"order":[{"column":0,"dir":"asc"}],"columns":[{"data":"id","searchable":true,"search":{"value":"union","regex":false}}],"draw":1}
{"components":[{"type":"input","key":"email","validate":{"custom":"valid = (input.length > 3) ? true : 'too short';"},"conditional":{"show":null,"when":null}}]}
{"workflow":{"nodes":[{"name":"IF","parameters":{"conditions":{"string":[{"value1":"={{$json[\"status\"]}}","value2":"open"}]}}},{"name":"Set","parameters":{"values":{"string":[{"name":"greeting","value":"=Hi {{$json.name}}"}]}}}]}}
{"template":"Dear {{name}}, your code is {{code}}.","params":{"name":"Anna D'Or","code":"12-34"}}
{"cmd":"play","args":["--shuffle"],"id":3}
{"command":"turnOn","device":"lamp/kitchen","payload":{"brightness":50}}
{"topic":"home/+/temperature","qos":1,"msg":"21.5;45%"}
{"path":"../shared/logo.png","base":"/assets/img","alt":"logo"}
{"callback":"https://hooks.example/in?x=1","url":"http://feeds.example/rss.xml","redirect":"/account?tab=orders"}
`,
  "body:application/x-ndjson": blocks`
{"index":{"_index":"logs","_id":"1"}}
{"msg":"it's up","level":"info"}
~~~~
{"create":{}}
{"@timestamp":"2024-03-10","message":"user 'anna' selected table 5 or 6"}
`,
  "body:application/x-www-form-urlencoded": lines`
email=anna.o%27neill%40shop.example&password=it%27s%3Ba%26b%3D1&remember=on
utf8=%E2%9C%93&authenticity_token=a1B2%2Fc3D4%3D%3D&_method=PUT&user%5Bname%5D=O%27Neill&user%5Baddress%5D%5Bcity%5D=Xi%27an&commit=Update+user
_token=Zk3h&_method=DELETE&ids%5B%5D=1&ids%5B%5D=2
csrfmiddlewaretoken=8fK2&form-TOTAL_FORMS=2&form-INITIAL_FORMS=0&form-0-name=Drop&form-1-name=Select&_save=Save
__RequestVerificationToken=CfDJ8N-abc_DEF&Input.Email=a%40b.example&Input.RememberMe=false&returnUrl=%2FIdentity%2FAccount
__EVENTTARGET=ctl00%24Main%24Grid&__EVENTARGUMENT=Select%240&__VIEWSTATE=%2FwEPDwUKLTk2Njk3OTQxNg9kFgICAw9kFgICAQ8PFgIeBFRleHQFC0hlbGxvIFdvcmxkZGRk&__VIEWSTATEGENERATOR=CA0B0334&__EVENTVALIDATION=%2FwEdAAK&ctl00%24Main%24Name=O%27Neill
javax.faces.partial.ajax=true&javax.faces.source=form%3Abtn&javax.faces.partial.execute=%40all&javax.faces.partial.render=form%3Apanel&form%3Abtn=form%3Abtn&form=form&javax.faces.ViewState=-123456%3A789
log=anna&pwd=p%40ss%26word%3B1&wp-submit=Log+In&redirect_to=%2Fwp-admin%2F&testcookie=1
action=editpost&post_ID=42&post_title=Who%27s+who%3F&content=%3C%21--+wp%3Aparagraph+--%3E%3Cp%3EHi%21%3C%2Fp%3E%3C%21--+%2Fwp%3Aparagraph+--%3E&post_status=publish&tax_input%5Bpost_tag%5D=union%2Cselect
action=woocommerce_load_variations&security=ab12&product_id=5&attributes%5Bpa_size%5D=l
form_build_id=form-AbC&form_id=user_login_form&name=anna&pass=x%3By&op=Log+in
jform%5Bfields%5D%5Bbio%5D=I%27m+in+the+union&option=com_users&task=profile.save&0f1e2d=1
form_type=customer_login&utf8=%E2%9C%93&customer%5Bemail%5D=a%40b.example&checkout_url=%2Fcheckout
id=42&quantity=1&properties%5BEngraving%5D=Love%2C+M+%26+D+%3C3&sections=cart-drawer&sections_url=%2Fproducts%2Fring
grant_type=authorization_code&code=4%2F0AX4-abc&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&client_id=abc&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
grant_type=password&username=anna&password=correct%27horse%22battery&scope=openid+offline_access
client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln
SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIElEPSJfMSI%2BPC9zYW1scDpSZXNwb25zZT4%3D&RelayState=%2Fhome
payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22head_commit%22%3A%7B%22message%22%3A%22Don%27t+drop+it%22%7D%7D
payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22select-1%22%7D%5D%7D
token=gIkuvaNzQIHg97ATvDxqgjtO&team_id=T1&command=%2Fweather&text=94070+or+%22San+Francisco%22&response_url=https%3A%2F%2Fhooks.chat.example%2Fcommands%2F1234
From=%2B15551234567&To=%2B15557654321&Body=It%27s+5+or+6%3F+%3A-%29&NumMedia=0&MessageSid=SM1
mc_gross=19.95&protection_eligibility=Eligible&address_street=1+Main+St%2C+%234&payment_date=20%3A12%3A59+Jan+13%2C+2024+PST&first_name=D%27Angelo&charset=windows-1252&item_name=Kid%27s+bike+16%22
draw=1&columns%5B0%5D%5Bdata%5D=function&columns%5B0%5D%5Bsearch%5D%5Bregex%5D=false&order%5B0%5D%5Bdir%5D=desc&start=0&length=10&search%5Bvalue%5D=o%27
q=union+jack&sort=price&dir=asc&from=10&where=Berlin&limit=5&group=3&having=fun
to=tom%40shop.example&cc=&subject=Re%3A+select+committee&body=Hi+Tom%2C%0D%0A%0D%0Ait%27s+on+Friday%3B+bring+%22cake%22.%0D%0A%0D%0ACheers%0D%0AAnna
name=Anna&email=anna%40shop.example&message=Hello%2C%0A%0AI%27d+like+to+order+from+table+3+where+the+price+is+%3C+100.%0AThanks%21&g-recaptcha-response=03AGdBq25SxXT-pmSeBXjzScW-EiocHwwpwqtk1QXlJnGnUJCZrgjwLLdt7cb0
comment=First%21%21%21+%3C3&comment_post_ID=7&comment_parent=0&author=%22Tom%22&url=http%3A%2F%2Ftom.example
title=C%2B%2B+%26+C%23&lang%5B%5D=c%2B%2B&lang%5B%5D=c%23&code=if+%28a+%3C+b+%26%26+b+%3E+c%29+%7B+return+a+%7C%7C+b%3B+%7D
a=1&a=2&a=3&b=&=c&d
text=%F0%9F%98%80+%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7&len=3
street=12+Rue+de+l%27%C9glise&enc=latin1
data=eyJldmVudCI6IiRwYWdldmlldyIsInByb3BlcnRpZXMiOnsidG9rZW4iOiJhYmMifX0%3D&ip=1&ver=1.57.2
fields%5Bitems%5D%5Bnew1%5D%5Btype%5D=text&fields%5Bitems%5D%5Bnew1%5D%5Bfields%5D%5Bbody%5D=%3Cp%3EHello%3C%2Fp%3E&sectionId=1
xajax=getList&xajaxr=1700000000&xajaxargs%5B%5D=%3Cxjxquery%3E%3Cq%3Ea%3D1%3C%2Fq%3E%3C%2Fxjxquery%3E
widget-text%5B2%5D%5Btext%5D=Open+Mo-Fr+9-5&id_base=text&add_new=&action=save-widget
settings%5Bcss%5D=.a+%3E+.b+%7B+color%3A+red+%7D&settings%5Bfooter%5D=%C2%A9+2024+Tom+%26+Co
items=%5B%7B%22id%22%3A1%2C%22n%22%3A%22O%27Neill%22%7D%5D&format=json
cron=*%2F5+*+*+*+*&command_name=cleanup&enabled=1
regex=%5E%5Ba-z%5D%2B%24&replacement=%241-%242
timezone=America%2FNew_York&offset=-05%3A00&fmt=%25Y-%25m-%25d+%25H%3A%25M
color=%23ff0000&opacity=50%25&gradient=linear-gradient%28to+right%2C+red%2C+%23fff%29
`,
  "body:text/plain": blocks`
Just a plain text body; it's short.
~~~~
http_requests_total{method="post",code="200"} 1027 1395066363000
# HELP up It's 1 if the target is up
~~~~
weather,location=us-midwest temperature=82,note="it's \"hot\"" 1465839830100400200
~~~~
{"type":"beacon","url":"https://shop.example/?a=b","vitals":{"lcp":1234.5,"cls":0.01}}
~~~~
shop.web.requests:1|c|@0.1|#env:prod
~~~~
40/socket.io,{"sid":"abc"}
42["message",{"text":"hi, it's me"}]
~~~~
Zeile 1: Käse & Brot
Zeile 2: "5 < 6"
`,
  "body:text/csv": blocks`
id,name,note
1,O'Neill,"said ""hi""; left"
2,Drop & Table,
3,"Select, Ltd.",=5*2
~~~~
Datum;Betrag;Zweck
10.03.2024;-12,50;"Einkauf -- Markt"
11.03.2024;1.000,00;Gehalt
`,
  "body:application/graphql": lines`
query { items(filter: {name: {eq: "O'Neill"}, or: [{price: {lt: 5}}]}) { id ... on Book { author } } }
`,
  "body:application/sparql-query": blocks`
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?name WHERE { ?p foaf:name ?name . OPTIONAL { ?p foaf:mbox ?m } } ORDER BY ?name LIMIT 10
`,
  "body:application/yaml": blocks`
apiVersion: v1
kind: ConfigMap
data:
  greeting: "it's {{ name }}"
  select: 'a | b'
`,
};
