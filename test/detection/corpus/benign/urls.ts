import { type BenignTexts, lines } from "./texts.ts";

/** Addresses in parameters and fields: redirects, callbacks, pictures, profiles. */
export const urls: BenignTexts = {
  argument: lines`
https://shop.example/account/orders?page=2&sort=desc#latest
https://accounts.example.com/o/oauth2/v2/auth?client_id=1&redirect_uri=https%3A%2F%2Fshop.example%2Fcb
https://www.video.example/watch?v=dQw4w9WgXcQ&t=42s&list=PL590L5WQmH8fJ54F
https://en.wikipedia.example/wiki/Select_(SQL)
https://docs.example.org/sql/select.html#union
http://blog.example/what-is-xss/?ref=home&from=nav
https://github.example/acme/app/pull/12/files#diff-1a2b
https://user@git.example/acme/app.git
ssh://git@git.example:22/acme/app.git
git@git.example:acme/app.git
ftp://mirror.example/pub/linux/
mailto:anna@shop.example?subject=Hello%20there&body=It's%20me
tel:+49-30-901820
sms:+15551234567?body=hi
geo:52.5163,13.3777?z=17
magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=ubuntu
urn:isbn:9780141036144
urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6
about:blank
blob:https://shop.example/9115d58c-bcda-ff47-86e5-083e9a215304
data:image/gif;base64,R0lGODlhAQABAAAAACw=
data:,Hello%2C%20World!
chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb/popup.html
myapp://callback?code=1234&state=abcd
com.example.app:/oauth2redirect
intent://scan/#Intent;scheme=zxing;package=com.example;end
/relative/path?x=1
#section-3
www.shop.example
shop.example/sale
sub.domain.co.uk:8443/path
https://shop.example:8443/
https://münchen.example/straße
https://xn--mnchen-3ya.example/
https://例え.example/パス
https://shop.example/search?q=o'neill
https://shop.example/search?q="exact"
https://shop.example/a;b=c/d
https://shop.example/%E2%82%AC
https://shop.example/?filter[]=a&filter[]=b
https://shop.example/?redirect=https://shop.example/?redirect=https://shop.example/
https://web.archive.example/web/20200101000000/http://www.news.example/
https://translate.example/translate?sl=auto&tl=en&u=https://www.lemonde.example/
https://docs.google.example/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit#gid=0
https://maps.example/maps?q=loc:52.5,13.4&z=15
https://s3.eu-central-1.amazonaws.example/bucket/key.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20240310%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=5d41402abc4b2a76b9719d911017c592
https://storage.blob.core.windows.example/c/f.png?sv=2022-11-02&ss=b&srt=o&sp=r&sig=abc%2Bdef%3D
https://res.cloud.example/demo/image/fetch/w_200/https://upload.example/pic.jpg
https://hooks.chat.example/services/T000/B000/XXXX
wss://realtime.shop.example/socket?EIO=4&transport=websocket
https://fonts.example/css?family=Lato:400,700|Open+Sans&subset=latin-ext
https://calendar.example/render?action=TEMPLATE&text=Union+meeting&dates=20240310T140000Z/20240310T150000Z&details=It%27s%20on
https://pay.example/checkout/session_a1b2c3#fidkdWxOYHwnPyd1blpxYHZxWjA0S
https://1.1.1.1/dns-query
https://8.8.8.8
https://[2606:4700:4700::1111]/
http://203.0.113.10:8080/status
https://shop.example./
HTTPS://SHOP.EXAMPLE/UPPER
https://shop.example/login?return_to=%2F%2E%2E%2Fhome
https://link.example/ls/click?upn=a-2Bb-2Fc
https://safelinks.example/?url=https%3A%2F%2Fa.example&data=05%7C01%7C%7Cabc%7C0&sdata=x%3D&reserved=0
`,
  form: lines`
https://portfolio.example/~anna/
http://band.example/who-we-are?lang=en&mode=text
Find me at https://social.example/@tom_d'or or http://tom.example
See https://shop.example/a?b=1&c=2, and https://shop.example/d!
<https://list.example/archive/123.html>
[link](https://shop.example/x_(y))
https://cdn.example/embed.js (version 2; async)
github.example/acme; gitlab.example/acme
http://localhost.example/
https://localhosting.example/plans
internal.example/wiki/Home
https://169-254.example/
https://metadata-tools.example/exif
`,
  json: lines`
https://api.shop.example/v1/webhooks?token=abc.def-ghi_jkl
https://avatars.example/u/583231?s=200&v=4
https://img.example/1x1.gif?cb=[timestamp]&u={user_id}
https://ads.example/click?dest=\${CLICK_URL}&price=%%WINNING_PRICE%%
https://track.example/{lpurl}?kw={keyword}&mt={matchtype}
https://shop.example/{locale}/p/{slug}{?ref,utm*}
https://api.example/users{/user}{?page,per_page}
https://hook.example/?body={{body}}&from={{sender.name}}
https://tiles.example/{z}/{x}/{y}@2x.png
https://app.example/#/orders/42?tab=items
https://app.example/#!/home
capacitor://localhost.example/index.html
ionic://app.example/tabs
app://obsidian.md/notes
vscode://file/home/me/project/main.ts:10
slack://channel?team=T1&id=C1
spotify:track:11dFghVXANMlKmJXsNCbNl
skype:anna?call
whatsapp://send?text=It's%20free%20%26%20easy
steam://run/440
otpauth://totp/Shop:anna@shop.example?secret=JBSWY3DPEHPK3PXP&issuer=Shop
bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=0.01
jdbc, as in jdbc:postgresql, is a prefix for drivers
`,
};
