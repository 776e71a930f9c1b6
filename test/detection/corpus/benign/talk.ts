import { type BenignTexts, blocks, lines } from "./texts.ts";

/** Chat, comments, reviews and messages in many languages. */
export const talk: BenignTexts = {
  json: lines`
Don't forget: the union meeting is at 7, select your seats early!
I'd drop the table off on Tuesday, if that's ok with you; otherwise Wednesday.
Run \`ls -la\` first, then tell me what you see
lol that's what she said ;) && then he left
is it 5 or 2020 > 2019?
it's 50/50 -- can't decide
He said: "insert coin" or "insert card"?
Where can I select a different table from the one you've booked?
<3 <3 <3 you all
you > me > him
a < b but b isn't > c...
:-) :-( ;-P <o/ \o/ ¯\_(ツ)_/¯
Order by Friday and we'll have it by Monday or else
Please delete my account where email = old one
I was like "or what?" and she was like "or else"
if (you == happy) { clap(hands); } haha
TIL that "null" is a surname and breaks forms
/me waves
/shrug whatever; it's fine
@anna @tom: who's having the left one and who's having the right one?
Let's update the set where we left off
my password was 'password', can you believe it??
5' 11" tall, 180 lbs, likes 1=1 jokes
Didn't you say 1 + 1 = 3 for large values of 1?
#winter #summer #and #or #not
brb; cat on keyboard: asdf;lkj';l'
Sleep(less) in Seattle is on tonight
The script calls for an alert guard (not the sleepy one)
I can't exec this plan without you -- seriously
Echo, turn off the lights; Alexa, play jazz
Who ate the last cookie=chocolate chip?
The "<b>" key on my phone is broken
eval week is over!!! no more system("failure") haha
Grüße aus Köln! Wir sind's wieder; bis morgen um 5.
Könnt ihr bitte die Tabelle löschen, wo „alt" drüber steht?
Na, wie geht's? Hab's nicht geschafft – tut mir leid.
Treffen wir uns um 18:30 oder 19:00 Uhr? Ich bring' Kuchen & Tee.
C'est l'été, n'est-ce pas ? J'ai choisi « l'union » ou rien.
Qu'est-ce qu'on mange ce soir ; d'accord pour l'apéro à 19 h ?
J'peux pas, j'ai piscine. À + !
¿Quién seleccionó la mesa de la unión? ¡Yo no fui!
¡Ojalá que sí! 100 % de acuerdo; nos vemos "mañana" o pasado
Não consigo entrar: diz que o usuário 'joão' não existe
Então tá bom, beijos & abraços <3
L'unione fa la forza; dov'è l'ordine del giorno?
C'è un po' d'acqua nell'ufficio... chi l'ha fatto?
't Is weer zover: da's toch niet te geloven, hè?
Foto's en auto's: zo'n 50 stuks -- wie wil 'm?
Det är ju så; hämta bordet på lördag eller söndag
Kto wybrał stół nr 5? Usuń go, proszę; dzięki!
Děkuji, uvidíme se v 8 hodin u "Anděla"
Köszönöm szépen! A táblázatot töröld, ha kész vagy.
Привет! Удали таблицу, пожалуйста; выбор за тобой.
Как дела? — Нормально, а у тебя? :)))
Дякую, з'їмо піцу о п'ятій
Πού είναι το τραπέζι; Στις 5 ή στις 6;
今日は何時に集まりますか？5時か6時（または7時）で！
「選択」ボタンを押しても何も起きません。
删除这张表，然后选择新的；谢谢！
你说的是“或者”还是“和”？哈哈哈
오늘 저녁 뭐 먹을까? 치킨 or 피자ㅋㅋㅋ
أين الطاولة؟ اختر واحدة؛ شكراً
מה שלומך? ניפגש ב-5 או ב-6?
आप कैसे हैं? 5 बजे या 6 बजे?
แล้วเจอกันนะ 5555+
Hẹn gặp lại lúc 5 giờ; đừng quên 'bàn số 9' nhé!
Sampai jumpa jam 5 atau 6 ya, jangan lupa 'meja'!
Saat 5'te ya da 6'da buluşalım; Ayşe'nin masası boş
Kiitos! Poistakaa pöytä, jos se ei ole käytössä.
Je to o.k., 'ukončíme' to zajtra; alebo pozajtra
`,
  form: blocks`
I love this product! It's great, but 1) the union of both parts isn't tight and 2) the drop-down won't select anything.
~~~~
Hi there,

I'd like to order from the table on page 3 where the price is < 100.
Can I select 2 or 3 of them? My account's e-mail is tom@shop.example.

Thanks; Tom
~~~~
Sehr geehrte Damen und Herren,

ich möchte meine Bestellung 4711 stornieren, weil's nicht passt.
Bitte löschen Sie die Daten aus der Tabelle „Kunden".

Mit freundlichen Grüßen
J. Groß
~~~~
Bonjour,
l'article n'est pas arrivé : où est-il ? J'attends depuis le 3/11 ; d'ailleurs l'union des consommateurs m'a dit d'insister.
~~~~
Five stars!!! *****
Would buy again && again.
~~~~
Meh. 2/5. "Waterproof" -- not. Update: they've replaced it; 4/5 now.
~~~~
Q: does it run on 110V or 220V?
A: either/or; there's a switch (select before plugging in!)
~~~~
> On Monday Anna wrote:
> > Can we drop Thursday?
> No, but we can drop Friday.
OK then; Friday it is.

-- 
Anna Lind
+49 30 901820
~~~~
The recipe says 1/2 cup sugar; 3/4 tsp salt; bake at 350 & rest 10'-15'.
Don't open the door before 20' or it'll collapse!!
~~~~
pros:
 - it's cheap
 - it's fast
cons:
 - doesn't fit 19" racks
 - where's the manual?
~~~~
My cat ran over the keyboard while I was in the shell, sorry; ignore my last message.
~~~~
When I select "All" from the list, then group by month, the order is wrong: 10 comes before 2. Is null last or first?
~~~~
Could you exec the will before the end of the year? The declaration is in the safe (code's not written down).
~~~~
Our union's delegates select the committee from members having joined before 2001 and not retired.
~~~~
Let x = 5 and y = 7. If x > y or y < x then we're done; else swap them.
~~~~
Dear John's parents,
the class trip is 3--5 May. Cost: 120 €. Pick one: (a) bus; (b) train.
~~~~
Please insert the key into the lock, turn it right, and update me when you're in. If it won't turn: call 555-0199.
~~~~
WANTED: drummer. Must have own kit and transport; no time-wasters. Influences: AC/DC, !!!, Guns N' Roses
~~~~
Lost between the sofa cushions: "one" remote, two pens || three coins & the cat's toy
~~~~
Salut ! Ça va ? On s'voit c'soir chez l'Alex ou bien t'es K.O. ? ;-)
~~~~
Buongiorno, c'e' un errore: l'ordine n. 12 non c'e' piu'. Cos'e' successo?
~~~~
Ciao :) 'sta sera all'osteria, da Gianni o al bar? Com'è?
~~~~
Beste, de foto's van m'n auto staan op 't forum; 'k zie 'm nergens... is-ie gewist?
~~~~
Hej! Vi ses kl. 5 eller 6? Glem ikke "bordet" & stolene :-)
~~~~
Terve! Missä pöytä 5 on? Eikö se ole 'varattu'?
~~~~
Доброго ранку! Де об'єднання? Об'єдную таблиці 1 та 2; чекаю п'ятницю.
~~~~
Dobrý den, objednávka č. 5 = zrušit, č. 6 = poslat; děkuji.
~~~~
Szia! Hol van az asztal? 5-kor vagy 6-kor?
~~~~
Merhaba, 5 no'lu masa seçildi mi? O'nun adı "Union" değil.
~~~~
こんにちは。
注文番号１２３の「取消」をお願いします；または変更でもOKです。
~~~~
您好，订单号12345：请删除“表一”，或者更新地址；谢谢。
~~~~
안녕하세요? 주문 5번을 '취소'하거나 변경하고 싶어요; 감사합니다!
~~~~
مرحباً، أريد حذف الطلب رقم 5 أو تحديث العنوان؛ شكراً "جزيلاً".
~~~~
שלום, אני רוצה למחוק את הזמנה 5 או לעדכן כתובת; תודה!
~~~~
नमस्ते, मुझे ऑर्डर 5 'रद्द' करना है या पता अपडेट करना है; धन्यवाद।
`,
  argument: lines`
can't sleep
what's up doc?
that's all, folks; good night
let's go -- now!
either/or
more than 5 but less than 10
rock 'n' roll
fish & chips
salt && pepper
yes || no
50% off or 2 for 1
1+1=2, right?
2 + 2 = 5 (for Orwell)
who's there?
ain't no mountain high enough
"to be or not to be"
select * that apply
drop me a line
having fun yet?
it's 5 o'clock somewhere
union of two hearts
I <3 NY
where's waldo
like a rolling stone
all or nothing; now or never
who am i
id, ego and superego
wait for it...
cat & dog pictures
ping me later
`,
};
