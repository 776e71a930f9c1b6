import { type BenignTexts, lines } from "./texts.ts";

/** Names of people, places and companies, among them words of query languages. */
export const names: BenignTexts = {
  argument: lines`
Siobhán O'Donoghue
Null, Christopher
Anna Drop
Mr Select Brown
Credit Union West
D'Angelo & Figli
Jean-Luc l'Héritier
N'Golo Mbappé-Kouyaté
Ælfgifu Ó Súilabháin
Gülşen İnce
Zażółć Gęślą-Jaźń
Björk Þórsdóttir
Nguyễn Thị Minh Khai
王小明
佐々木 蓮
김민서
Иван Ёлкин
Ольга Щукина-О'Нил
Παναγιώτης Ξένος
مريم الزهراء
דוד בן־גוריון
प्रिया शर्मा
สมชาย ใจดี
Tāne Te Ao
Kaʻiulani Kealoha
José Ma. Peña y Lillo
Graf von und zu Hohenstein
Insert Name Here
Mary-Kate Or-Levy
And Yıldız
Where, Edwina
Max Having
Delete Ramírez
Sleep, Wayne
Exec. Chef Ramon
Dr. Ping Cat
Mr. Root Chmod
Alter Bridge
Table Mountain Guides
The Joins (band)
Order By Phone Ltd
Group By Design GmbH
Limit Break Studios
Script Ohio
Alert Bay, BC
Prompt Care Clinic
Confirm & Co.
Onload Logistics
Eval Systems AB
Shell Lake, WI 54871
Bash Street Kids
Curl Up & Dye Hair Salon
Wget Coffee Roasters
Cat Stevens
Grep Brothers
Passwd Keepers Inc.
Etc. Gift Shop
Union Select Committee on Trade
O'Reilly Auto Parts #2217
Toys "R" Us
L'Oréal (Deutschland)
Marks & Spencer <Home>
Yahoo!
Who's Who?
Guess? Jeans
$uicideboy$
Ke$ha
P!nk
A$AP Rocky
will.i.am
+/- (Plus/Minus)
!!! (Chk Chk Chk)
AC/DC
deadmau5
Sunn O)))
M∆N ∞ ØNE
*NSYNC
...And You Will Know Us
[unknown]
(no name)
N/A
null
undefined
NaN
none; see notes
true
--
'
O'
''Ōlelo
`,
  form: lines`
St. John's, Newfoundland
12 Rue de l'Église, 67000 Strasbourg
Val-d'Isère
King's Cross & St Pancras
Flat 3/B, 17-19 High St.; ring twice
c/o Müller, Hinterhaus #4
Calle 5 No. 12-34, Apto. 501
ul. 3 Maja 7/9 m. 12
1600 Amphitheatre Pkwy, Bldg. 43 (rear)
P.O. Box 0x1F, Area 51
〒150-0002 東京都渋谷区渋谷2丁目21−1
서울특별시 종로구 세종대로 209
г. Москва, ул. Льва Толстого, д. 16, стр. 2
Λεωφ. Βασ. Σοφίας 2, Αθήνα 106 74
شارع الملك فهد، الرياض 12271
Via dell'Orso, 5 - int. 2 / scala B
Plaza Mayor s/n
Unit 7 or 8, Union Park
Block C, Table View, 7441
Drop Zone Rd & Select Ave
Between 5th and 6th, 3rd floor
Where the old mill was; second door
Exec Park Drive, Suite 100--200
Château d'If
Baie d'Urfé
Hawai'i Volcanoes National Park
Xi'an
Ra's al-Khaimah
Martha's Vineyard
Land's End
Coeur d'Alene
Bishop's Stortford; Herts.
Hallgrímskirkja, 101 Reykjavík
Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch
S-Bahn Station "Ostkreuz", exit A
`,
  json: lines`
John "Jack" O'Neill, Jr.
Conan O'Brien; Andy Richter
Renée d'Arc-Dubois
Sgt. Pepper's Lonely Hearts Club Band
Ng'ang'a wa Kamau
't Hooft, Gerard
van 't Hoff & 's-Gravesande
Dwayne "The Rock" Johnson
Patrick "Pat" D'Or and sons
Select Comfort vs. Sleep Number
AT&T Inc. (NYSE: T)
H&M Hennes & Mauritz AB
Dun & Bradstreet / D-U-N-S
Smith; Jones
Barnes &amp; Noble
Ben &#38; Jerry's
Foot Locker's "Sneaker Union"
Johnson & Johnson's 'Baby' line
Procter & Gamble || Unilever
Update Now Consulting, S. de R.L. de C.V.
Kaspersky Lab / Лаборатория Касперского
株式会社セレクト
百度在线网络技术（北京）有限公司
Société Générale d'Affichage
Größe & Söhne OHG
Ernst & Young, 1 More London Pl.
O₂ Telefónica
7-Eleven #34512
3M Company
20th Century Studios
`,
  cookie: lines`
Zoë O'Hara
Łukasz Wójcik
Mme l'ambassadrice
Tom & Jerry
Select Sires
Null Island
Ümit Öztürk
Håkon d.y.
François 1er
`,
  xml: lines`
Anne-Marie d'Aubigné & Cie <Paris>
Mc'Donald's drive-through
Bobby "Drop" Tables
Lay's & Ruffles
Null & Void Ltd
Ole' Smoky Distillery
`,
};
