import { type BenignTexts, lines } from "./texts.ts";

/** Header lines of browsers, apps, robots and proxies. */
export const heads: BenignTexts = {
  "header:User-Agent": lines`
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15
Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36 Edg/121.0.2277.128
Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 OPR/106.0.0.0
Mozilla/5.0 (iPhone; CPU iPhone OS 17_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.3.1;FBSS/3;FBLC/en_US;FBOP/5]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 320.0.0.29.96 (iPhone14,5; iOS 17_2; de_DE; de; scale=3.00; 1170x2532; 563052345)
Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro Build/UQ1A.240205.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/122.0.6261.64 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; U; Android 12; zh-cn; M2012K11AC Build/SKQ1.211006.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/17.1 swan-mibrowser
Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0; .NET CLR 3.5.30729; InfoPath.3)
Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko
Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25 Version/10.54
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Twitterbot/1.0
WhatsApp/2.23.20.0 A
TelegramBot (like TwitterBot)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)
Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
ELB-HealthChecker/2.0
kube-probe/1.28
Prometheus/2.49.1
GitHub-Hookshot/044aadd
Stripe/1.0 (+https://stripe.com/docs/webhooks)
okhttp/4.12.0
Dalvik/2.1.0 (Linux; U; Android 13; 21081111RG Build/TP1A.220624.014)
CFNetwork/1490.0.4 Darwin/23.2.0
ShopApp/3.4.1 (com.example.shop; build:812; iOS 17.3.0) Alamofire/5.8.1
Dart/3.2 (dart:io)
axios/1.6.7
node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
Java/17.0.9
Apache-HttpClient/4.5.14 (Java/17.0.9)
Go-http-client/2.0
PostmanRuntime/7.36.3
insomnia/8.6.1
Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)
Thunderbird/115.8.0 Lightning/6.2
iTunes/12.13 (Windows; Microsoft Windows 10 x64) AppleWebKit/7613.2007
VLC/3.0.20 LibVLC/3.0.20
Roku/DVP-12.5 (12.5.0 build 4174-88)
Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1
Mozilla/5.0 (PlayStation; PlayStation 5/8.00) AppleWebKit/605.1.15 (KHTML, like Gecko)
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36
Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.8.3
W3M/0.5.3+git20230121
Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; like FeedFetcher-Google)
Tiny Tiny RSS/23.11 (https://tt-rss.org/)
WordPress/6.4.3; https://blog.example
Drupal (+http://drupal.org/)
SAP NetWeaver Application Server (1.0;754)
Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)
`,
  "header:Accept": lines`
text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7
application/json, text/plain, */*
image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
application/vnd.github.v3+json; charset=utf-8
text/x-component
text/event-stream
application/json;odata.metadata=minimal;odata.streaming=true
text/html, */*; q=0.01
`,
  "header:Accept-Language": lines`
de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7
zh-Hant-TW, zh; q=0.5, *; q=0.1
fr-CH, fr;q=0.9
`,
  "header:If-None-Match": lines`
W/"5f3c-18e2a9b7c40"
"33a64df551425fcc55e4d42a148795d9f25f89d4", W/"0815", "c3piozzzz"
"d41d8:dtagent10287240109155612JGsz-gzip"
`,
  "header:Range": lines`
bytes=0-1023
bytes=200-1000, 2000-6576, 19000-
`,
  "header:traceparent": lines`
00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
`,
  "header:tracestate": lines`
rojo=00f067aa0ba902b7,congo=t61rcWkgMzE
dd=s:1;o:rum;t.dm:-4,es=s:1.0
`,
  "header:baggage": lines`
userId=alice,serverNode=DF%2028,isProduction=false
sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-environment=prod,sentry-release=shop%401.2.3,k=v;p=1
`,
  "header:Sec-CH-UA": lines`
"Chromium";v="122", "Not(A:Brand";v="24", "Google Chrome";v="122"
"Not_A Brand";v="8", "Chromium";v="120", "Microsoft Edge";v="120"
" Not;A Brand";v="99", "Opera";v="77"
`,
  "header:Priority": lines`
u=1, i
u=4, i=?0
`,
  "header:Cache-Control": lines`
max-age=0, no-cache, must-revalidate
only-if-cached, max-stale=3600
`,
  "header:Authorization": lines`
Basic YW5uYTpjb3JyZWN0J2hvcnNl
Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwibmFtZSI6Ik8nTmVpbGwifQ.c2lnbmF0dXJl
AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20240310/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024
Digest username="o'neill", realm="shop@example", nonce="dcd98b7102dd", uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"
Token token="a1b2c3", account_sid="x"
OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", oauth_signature="tnnArxj06cWHq44gCs1OSKk%2FjLY%3D", oauth_version="1.0"
Negotiate TlRMTVNTUAABAAAAB4IIogAAAAA=
`,
  "header:Referer": lines`
https://www.google.com/
https://www.google.com/search?q=o%27neill+wetsuit+%3C+100&oq=o%27neill&sourceid=chrome&ie=UTF-8
https://shop.example/search?q=union+select+committee&page=2
https://shop.example/index.php?route=product/category&path=20_27&sort=p.price&order=ASC
https://t.co/AbCdEf123
android-app://com.google.android.gm/
https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2F%3Ffbclid%3DIwAR0&h=AT0
https://duckduckgo.com/?q=how+to+%22drop+table%22&ia=web
https://webmail.example/?_task=mail&_mbox=INBOX&_uid=5#top
https://accounts.example/signin/v2/identifier?continue=https%3A%2F%2Fshop.example%2Fadmin%3Ftab%3Dsql&flowName=GlifWebSignIn
https://forum.example/viewtopic.php?f=5&t=42&sid=0a1b2c3d4e5f#p99
https://shop.example/kategorie/m%C3%B6bel/tische?farbe=wei%C3%9F
https://shop.example/a/b/../c
`,
  "header:Origin": lines`
https://shop.example
chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb
capacitor://app.shop.example
`,
  "header:X-Requested-With": lines`
XMLHttpRequest
com.example.shop
`,
  "header:X-CSRF-Token": lines`
a1B2c3/D4+e5==
IjJmYzI5.ZeR2_w.x-Y
`,
  "header:Forwarded": lines`
for=192.0.2.60;proto=http;by=203.0.113.43
for="[2001:db8:cafe::17]:4711", for=unknown
`,
  "header:Via": lines`
1.1 vegur, 2.0 a1b2c3.cloudfront.net (CloudFront)
1.0 fred, 1.1 p.example.net (squid/5.7)
`,
  "header:X-Device": lines`
{"os":"ios","v":"17.3","model":"iPhone15,2"}
Samsung|SM-S918B|Android 13|"de"
`,
  "header:X-Timezone": lines`
Europe/Berlin (UTC+01:00)
`,
  "header:X-Search": lines`
o'neill; 10% off
`,
  "header:Prefer": lines`
return=representation; count=exact
respond-async, wait=100; handling="lenient"
`,
  "header:Next-Router-State-Tree": lines`
%5B%22%22%2C%7B%22children%22%3A%5B%22shop%22%2C%7B%22children%22%3A%5B%22__PAGE__%22%2C%7B%7D%5D%7D%5D%7D%2Cnull%2Cnull%2Ctrue%5D
`,
  "header:X-Datadog-Tags": lines`
_dd.p.dm=-1,_dd.p.tid=65e4a1b200000000
`,
  "header:Signature": lines`
keyId="rsa-key-1",algorithm="rsa-sha256",headers="(request-target) host date",signature="Base64(RSA-SHA256(signing string))"
sig1=:K2qGT5srn2OGbOIDzQ6kYT+ruaycnDAAUpKv+ePFfD0RAxn/1BUeZx/Kdrq32DrfakQ6bPsvB9aqZqognNT6be4olHROIkeV879RrsrObury8L9SCEibeoHyqU/yCjphSmEdd7WD+zrchK57quskKwRefy2iEC5S2uAH0EPyOZKWlvbKmKu5q4CaB8X/I5/+HLZLGvDiezqi6/7p2Gngf5hwZ0lSdy39vyNMaaAT0tKo6nuVw0S1MVg1Q7MpWYZs0soHjttq0uLIA3DIbQfLiIvK6/l0BdWTU7+2uQj7lBkQAsFZHoA96ZZgFquQrXRlmYOh+Hx5D9m8eHqgYAo8mw==:
`,
  "header:Cookie": lines`
_ga=GA1.2.1234567890.1700000000; _gid=GA1.2.987654321.1700000001; _gat_gtag_UA_1_1=1
_ga_ABC123=GS1.1.1700000000.5.1.1700000300.60.0.0; _gcl_au=1.1.123.170
_fbp=fb.1.1700000000000.123456789; _fbc=fb.1.1700000000000.IwAR0_x-Y
__cf_bm=AbC.d-E_f1700000000-1.0.1.1-xYz; cf_clearance=a.B-c_1700000000-1-160.0.0
OptanonConsent=isGpcEnabled=0&datestamp=Sun+Mar+10+2024+14%3A30%3A00+GMT%2B0100+(Central+European+Standard+Time)&version=202310.2.0&hosts=&groups=C0001%3A1%2CC0002%3A0&AwaitingReconsent=false
CookieConsent={stamp:%27AbC/dEf+gHi==%27%2Cnecessary:true%2Cpreferences:false%2Cmethod:%27explicit%27%2Cver:1%2Cutc:1700000000000}
euconsent-v2=CPuVAAAPuVAAAAGABCENC-CoAP_AAH_AAAqIJQNf_X__b3_j-_5_f_t0eY1P9_7_v-0zjhfdt-8N2f_X_L8X42M7vF36pq4KuR4Eu3LBIQdlHOHcTUmw6okVrzPsbk2Mr7NKJ7PEmnMbO2dYGH9_n1_z-ZKY7___f_7z_w; didomi_token=eyJ1c2VyX2lkIjoiMSJ9
PHPSESSID=8f14e45fceea167a5a36dedd4bea2543; lang=de
JSESSIONID=0000abc:-1; BIGipServerpool=1677787402.36895.0000
ASP.NET_SessionId=lk5x3v45abc; .AspNetCore.Antiforgery.w5W7x28NAIs=CfDJ8N_x-Y; ARRAffinity=5f2a
connect.sid=s%3AabcDEF.xYz%2F1%2B2; XSRF-TOKEN=eyJpdiI6IkFiQyIsInZhbHVlIjoiRGVGIiwibWFjIjoiMTIzIn0%3D; laravel_session=eyJpdiI6IkExIn0%3D
sessionid=x1y2z3; csrftoken=AbCdEf123; messages="eyJ0aXRsZSI6Ikl0J3MgZG9uZSJ9:1rjK2L:abc_d-E"
_rails_session=BAh7B0kiD3Nlc3Npb25faWQGOgZFVEkiJTEyMwY7AFQ%3D--5f4dcc3b5aa765d61d8327deb882cf99
wordpress_logged_in_5f4d=anna%7C1700000000%7Cabc%7Cdef; wp-settings-1=libraryContent%3Dbrowse%26editor%3Dtinymce; wp-settings-time-1=1700000000
woocommerce_cart_hash=abc; woocommerce_items_in_cart=1; wp_woocommerce_session_5f=1%7C%7C1700000000%7C%7C1700003600%7C%7Cdef
mp_abc_mixpanel=%7B%22distinct_id%22%3A%20%2218e%22%2C%22%24device_id%22%3A%20%2218e%22%2C%22%24initial_referrer%22%3A%20%22%24direct%22%7D
ajs_anonymous_id=%22a1b2-c3%22; ajs_user_id=null; amplitude_id_abc=eyJkZXZpY2VJZCI6IjEifQ==
_hjSessionUser_123=eyJpZCI6IjEiLCJjcmVhdGVkIjoxNzAwfQ==; _hjAbsoluteSessionInProgress=0
utag_main=v_id:018e2a9b7c40$_sn:3$_ss:0$_st:1700000000000$ses_id:1700000000000%3Bexp-session$_pn:2%3Bexp-session
AMCV_ABC%40AdobeOrg=179643557%7CMCIDTS%7C19793%7CMCMID%7C123%7CMCAAMLH-1700000000%7C6%7CMCAAMB-1700000000%7CRKhp; s_cc=true; s_sq=%5B%5BB%5D%5D
bm_sz=AbC~1~xYz; _abck=AbC~-1~YAAQ~-1~-1~-1; ak_bmsc=F0~000
visid_incap_1=abc/DEF+gh==; incap_ses_1=xyz; nlbi_1=1
intercom-id-abc=1a2b; intercom-session-abc=Q0p6; hubspotutk=5f4d; __hstc=1.2.3.4.5.6; __hssrc=1
cart=%5B%7B%22id%22%3A1%2C%22name%22%3A%22Kid%27s+bike+16%5C%22%22%7D%5D; recently_viewed=1%2C2%2C3
user={"name":"O'Neill","theme":"dark"}; last_search=o'neill wetsuit
returnUrl=%2Forders%3Fpage%3D2%26sort%3Dname; referrer=https%3A%2F%2Fsearch.example%2F%3Fq%3Dunion%2Bselect%2Bcommittee
ab_test=exp-12:B|exp-13:A; features=select,union,drop
tz=Europe/Berlin; loc=52.5,13.4; cur=%E2%82%AC; fmt=%25d.%25m.%25Y
__Host-next-auth.csrf-token=abc%7Cdef; __Secure-next-auth.session-token=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..abc.def.ghi; next-auth.callback-url=https%3A%2F%2Fshop.example
sb-access-token=base64-eyJhY2Nlc3NfdG9rZW4iOiJhYmMifQ; supabase-auth-token=%5B%22eyJ%22%2Cnull%5D
SESS5f4d=a-B_c%2Cd; has_js=1; Drupal.visitor.name=Zo%C3%AB
MoodleSession=abc; MOODLEID1_=%25E5%25AB; NSC_wt=ffffffff0901
a=b; c; =d; e=
theme="light"; quoted="a b; c"
`,
};
