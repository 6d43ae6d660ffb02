"""Languages and regions by their codes: the English name, then what the people there call it where it differs.

Source: Unicode CLDR 48 (cldr.unicode.org), locale display names, read 2026-11-22; Copyright Unicode, Inc., Unicode
License v3 (unicode.org/license.txt). The languages are those of ISO 639-1 and others that are met as synthetic voices.
"""
# ruff: noqa: RUF001  # letters of many scripts that look alike are what this table is made of

LANGUAGES = """
aa Afar; ab Abkhazian; af Afrikaans; ak Akan; am Amharic=አማርኛ; an Aragonese; ar Arabic=العربية;
as Assamese=অসমীয়া; av Avaric; ay Aymara; az Azerbaijani=azərbaycan; ba Bashkir=башҡорт;
be Belarusian=беларуская; bg Bulgarian=български; bi Bislama; bm Bambara=bamanakan; bn Bangla=বাংলা;
bo Tibetan=བོད་སྐད་; br Breton=brezhoneg; bs Bosnian=bosanski; ca Catalan=català; ce Chechen=нохчийн;
ch Chamorro; co Corsican; cr Cree; cs Czech=čeština; cv Chuvash=чӑваш чӗлхи; cy Welsh=Cymraeg;
da Danish=dansk; de German=Deutsch; dv Divehi; dz Dzongkha=རྫོང་ཁ; ee Ewe=eʋegbe; el Greek=Ελληνικά;
en English; eo Esperanto; es Spanish=español; et Estonian=eesti; eu Basque=euskara; fa Persian=فارسی;
ff Fula=Pulaar; fi Finnish=suomi; fj Fijian; fo Faroese=føroyskt; fr French=français;
fy Western Frisian=Frysk; ga Irish=Gaeilge; gd Scottish Gaelic=Gàidhlig; gl Galician=galego; gn Guarani;
gu Gujarati=ગુજરાતી; gv Manx=Gaelg; ha Hausa; he Hebrew=עברית; hi Hindi=हिन्दी; ho Hiri Motu;
hr Croatian=hrvatski; ht Haitian Creole; hu Hungarian=magyar; hy Armenian=հայերեն; hz Herero;
ia Interlingua=interlingua; id Indonesian=Indonesia; ie Interlingue; ig Igbo; ii Sichuan Yi=ꆈꌠꉙ;
ik Inupiaq; io Ido; is Icelandic=íslenska; it Italian=italiano; iu Inuktitut; ja Japanese=日本語;
jv Javanese=Jawa; ka Georgian=ქართული; kg Kongo; ki Kikuyu=Gikuyu; kj Kuanyama; kk Kazakh=қазақ тілі;
kl Kalaallisut=kalaallisut; km Khmer=ខ្មែរ; kn Kannada=ಕನ್ನಡ; ko Korean=한국어; kr Kanuri;
ks Kashmiri=کٲشُر; ku Kurdish=kurdî (kurmancî); kv Komi; kw Cornish=kernewek; ky Kyrgyz=кыргызча;
la Latin; lb Luxembourgish=Lëtzebuergesch; lg Ganda=Luganda; li Limburgish; ln Lingala=lingála;
lo Lao=ລາວ; lt Lithuanian=lietuvių; lu Luba-Katanga=Tshiluba; lv Latvian=latviešu; mg Malagasy;
mh Marshallese; mi Māori; mk Macedonian=македонски; ml Malayalam=മലയാളം; mn Mongolian=монгол;
mr Marathi=मराठी; ms Malay=Melayu; mt Maltese=Malti; my Burmese=မြန်မာ; na Nauru;
nb Norwegian Bokmål=norsk bokmål; nd North Ndebele=isiNdebele; ne Nepali=नेपाली; ng Ndonga;
nl Dutch=Nederlands; nn Norwegian Nynorsk=norsk nynorsk; no Norwegian=norsk; nr South Ndebele; nv Navajo;
ny Nyanja; oc Occitan=occitan; oj Ojibwa; om Oromo=Oromoo; or Odia=ଓଡ଼ିଆ; os Ossetic=ирон;
pa Punjabi=ਪੰਜਾਬੀ; pl Polish=polski; ps Pashto=پښتو; pt Portuguese=português; qu Quechua=Runasimi;
rm Romansh=rumantsch; rn Rundi=Ikirundi; ro Romanian=română; ru Russian=русский;
rw Kinyarwanda=Ikinyarwanda; sa Sanskrit=संस्कृत भाषा; sc Sardinian=sardu; sd Sindhi=سنڌي;
se Northern Sami=davvisámegiella; sg Sango=Sängö; si Sinhala=සිංහල; sk Slovak=slovenčina;
sl Slovenian=slovenščina; sm Samoan; sn Shona=chiShona; so Somali=Soomaali; sq Albanian=shqip;
sr Serbian=српски; ss Swati; st Southern Sotho=Sesotho; su Sundanese=Basa Sunda; sv Swedish=svenska;
sw Swahili=Kiswahili; ta Tamil=தமிழ்; te Telugu=తెలుగు; tg Tajik=тоҷикӣ; th Thai=ไทย; ti Tigrinya=ትግርኛ;
tk Turkmen=türkmen dili; tn Tswana=Setswana; to Tongan=lea fakatonga; tr Turkish=Türkçe; ts Tsonga;
tt Tatar=татар; tw Akan; ty Tahitian; ug Uyghur=ئۇيغۇرچە; uk Ukrainian=українська; ur Urdu=اردو;
uz Uzbek=o‘zbek; ve Venda; vi Vietnamese=Tiếng Việt; vo Volapük; wa Walloon; wo Wolof; xh Xhosa=IsiXhosa;
yi Yiddish=ייִדיש; yo Yoruba=Èdè Yorùbá; za Zhuang=Vahcuengh; zh Chinese=中文; zu Zulu=isiZulu;
arz Egyptian Arabic; ary Moroccan Arabic; ast Asturian=asturianu; awa Awadhi; bal Baluchi;
bho Bhojpuri=भोजपुरी; bgc Haryanvi=हरियाणवी; brx Bodo=बर’; bug Buginese; ceb Cebuano; chr Cherokee=ᏣᎳᎩ;
ckb Central Kurdish=کوردیی ناوەندی; crh Crimean Tatar; doi Dogri=डोगरी; dyu Dyula; fil Filipino;
fur Friulian=furlan; gsw Swiss German=Schwiizertüütsch; haw Hawaiian=ʻŌlelo Hawaiʻi; hil Hiligaynon;
hmn Hmong; hsb Upper Sorbian=hornjoserbšćina; ilo Iloko; jam Jamaican Creole English;
kab Kabyle=Taqbaylit; kok Konkani=कोंकणी; kri Krio; ltg Latgalian; luo Luo=Dholuo; lus Mizo; mag Magahi;
mai Maithili=मैथिली; min Minangkabau; mni Manipuri=মৈতৈলোন্; mos Mossi; mwr Marwari; nap Neapolitan;
nds Low German=Neddersass’sch; nso Northern Sotho=Sesotho sa Leboa; nqo N’Ko=ߒߞߏ; pag Pangasinan;
pap Papiamento; pcm Nigerian Pidgin=Naijíriá Píjin; rif Riffian; sah Yakut=саха тыла;
sat Santali=ᱥᱟᱱᱛᱟᱲᱤ; scn Sicilian=sicilianu; sco Scots; shn Shan=တႆး; szl Silesian=ślōnski; tet Tetum;
tpi Tok Pisin; tzm Central Atlas Tamazight=Tamaziɣt n laṭlaṣ; vec Venetian=veneto; war Waray;
wuu Wu Chinese; yue Cantonese=粵語; zgh Standard Moroccan Tamazight=ⵜⴰⵎⴰⵣⵉⵖⵜ; nan Min Nan Chinese;
hak Hakka Chinese; cmn Chinese=中文; gan Gan Chinese
"""

REGIONS = """
419 Latin America=Latinoamérica;
AC Ascension Island; AD Andorra; AE United Arab Emirates=الإمارات العربية المتحدة;
AF Afghanistan=افغانستان; AG Antigua and Barbuda; AI Anguilla; AL Albania=Shqipëri; AM Armenia=Հայաստան;
AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria=Österreich; AU Australia; AW Aruba;
AX Åland Islands=Åland; AZ Azerbaijan=Azərbaycan; BA Bosnia and Herzegovina=Bosna i Hercegovina;
BB Barbados; BD Bangladesh=বাংলাদেশ; BE Belgium=België; BF Burkina Faso; BG Bulgaria=България;
BH Bahrain=البحرين; BI Burundi=Uburundi; BJ Benin=Bénin; BL St. Barthélemy=Saint-Barthélemy; BM Bermuda;
BN Brunei; BO Bolivia; BQ Caribbean Netherlands; BR Brazil=Brasil; BS Bahamas; BT Bhutan=འབྲུག;
BV Bouvet Island=Bouvetøya; BW Botswana; BY Belarus=Беларусь; BZ Belize; CA Canada;
CC Cocos (Keeling) Islands=Kepulauan Cocos (Keeling); CD Congo - Kinshasa=Congo-Kinshasa;
CF Central African Republic=Ködörösêse tî Bêafrîka; CG Congo - Brazzaville=Congo-Brazzaville;
CH Switzerland=Schweiz; CI Côte d’Ivoire; CK Cook Islands; CL Chile; CM Cameroon=Cameroun; CN China=中国;
CO Colombia; CP Clipperton Island; CQ Sark; CR Costa Rica; CU Cuba; CV Cape Verde=Cabo Verde; CW Curaçao;
CX Christmas Island; CY Cyprus=Κύπρος; CZ Czechia=Česko; DE Germany=Deutschland; DG Diego Garcia;
DJ Djibouti; DK Denmark=Danmark; DM Dominica; DO Dominican Republic=República Dominicana;
DZ Algeria=الجزائر; EA Ceuta and Melilla=Ceuta y Melilla; EC Ecuador; EE Estonia=Eesti; EG Egypt=مصر;
EH Western Sahara=الصحراء الغربية; ER Eritrea=ኤርትራ; ES Spain=España; ET Ethiopia=ኢትዮጵያ; FI Finland=Suomi;
FJ Fiji; FK Falkland Islands; FM Micronesia; FO Faroe Islands=Føroyar; FR France; GA Gabon;
GB United Kingdom; GD Grenada; GE Georgia=საქართველო; GF French Guiana=Guyane française; GG Guernsey;
GH Ghana=Gaana; GI Gibraltar; GL Greenland=Kalaallit Nunaat; GM Gambia; GN Guinea=Guinée; GP Guadeloupe;
GQ Equatorial Guinea=Guinea Ecuatorial; GR Greece=Ελλάδα; GS South Georgia and South Sandwich Islands;
GT Guatemala; GU Guam; GW Guinea-Bissau=Guiné-Bissau; GY Guyana; HK Hong Kong=中国香港特别行政区;
HM Heard and McDonald Islands; HN Honduras; HR Croatia=Hrvatska; HT Haiti; HU Hungary=Magyarország;
IC Canary Islands=Canarias; ID Indonesia; IE Ireland; IL Israel=ישראל; IM Isle of Man; IN India=भारत;
IO British Indian Ocean Territory; IQ Iraq=العراق; IR Iran=ایران; IS Iceland=Ísland; IT Italy=Italia;
JE Jersey; JM Jamaica; JO Jordan=الأردن; JP Japan=日本; KE Kenya; KG Kyrgyzstan=Кыргызстан;
KH Cambodia=កម្ពុជា; KI Kiribati; KM Comoros=جزر القمر; KN St. Kitts and Nevis; KP North Korea=북한;
KR South Korea=대한민국; KW Kuwait=الكويت; KY Cayman Islands; KZ Kazakhstan=Казахстан; LA Laos=ລາວ;
LB Lebanon=لبنان; LC St. Lucia; LI Liechtenstein; LK Sri Lanka=ශ්රී ලංකාව; LR Liberia; LS Lesotho;
LT Lithuania=Lietuva; LU Luxembourg; LV Latvia=Latvija; LY Libya=ليبيا; MA Morocco=المغرب; MC Monaco;
MD Moldova=Republica Moldova; ME Montenegro=Црна Гора; MF St. Martin=Saint-Martin;
MG Madagascar=Madagasikara; MH Marshall Islands; MK North Macedonia=Северна Македонија; ML Mali;
MM Myanmar (Burma)=မြန်မာ; MN Mongolia=Монгол; MO Macao=中国澳门特别行政区; MP Northern Mariana Islands;
MQ Martinique; MR Mauritania=موريتانيا; MS Montserrat; MT Malta; MU Mauritius=Maurice; MV Maldives;
MW Malawi; MX Mexico=México; MY Malaysia; MZ Mozambique=Moçambique; NA Namibia=Namibië;
NC New Caledonia=Nouvelle-Calédonie; NE Niger=Nijar; NF Norfolk Island; NG Nigeria; NI Nicaragua;
NL Netherlands=Nederland; NO Norway=Norge; NP Nepal=नेपाल; NR Nauru; NU Niue; NZ New Zealand;
OM Oman=عُمان; PA Panama=Panamá; PE Peru=Perú; PF French Polynesia=Polynésie française;
PG Papua New Guinea; PH Philippines=Pilipinas; PK Pakistan=پاکستان; PL Poland=Polska;
PM St. Pierre and Miquelon=Saint-Pierre-et-Miquelon; PN Pitcairn Islands; PR Puerto Rico;
PS Palestinian Territories=الأراضي الفلسطينية; PT Portugal; PW Palau; PY Paraguay; QA Qatar=قطر;
RE Réunion=La Réunion; RO Romania=România; RS Serbia=Србија; RU Russia=Россия; RW Rwanda=U Rwanda;
SA Saudi Arabia=المملكة العربية السعودية; SB Solomon Islands; SC Seychelles; SD Sudan=السودان;
SE Sweden=Sverige; SG Singapore; SH St. Helena; SI Slovenia=Slovenija;
SJ Svalbard and Jan Mayen=Svalbard og Jan Mayen; SK Slovakia=Slovensko; SL Sierra Leone; SM San Marino;
SN Senegal=Senegaal; SO Somalia=Soomaaliya; SR Suriname; SS South Sudan=جنوب السودان;
ST São Tomé and Príncipe=São Tomé e Príncipe; SV El Salvador; SX Sint Maarten; SY Syria=سوريا;
SZ Eswatini; TA Tristan da Cunha; TC Turks and Caicos Islands; TD Chad=تشاد;
TF French Southern Territories=Terres australes françaises; TG Togo; TH Thailand=ไทย;
TJ Tajikistan=Тоҷикистон; TK Tokelau; TL Timor-Leste; TM Turkmenistan=Türkmenistan; TN Tunisia=تونس;
TO Tonga; TR Türkiye; TT Trinidad and Tobago; TV Tuvalu; TW Taiwan=台湾; TZ Tanzania; UA Ukraine=Україна;
UG Uganda; UM U.S. Outlying Islands; US United States; UY Uruguay; UZ Uzbekistan=Oʻzbekiston;
VA Vatican City=Città del Vaticano; VC St. Vincent and Grenadines; VE Venezuela;
VG British Virgin Islands; VI U.S. Virgin Islands; VN Vietnam=Việt Nam; VU Vanuatu;
WF Wallis and Futuna=Wallis-et-Futuna; WS Samoa; XK Kosovo=Kosovë; YE Yemen=اليمن; YT Mayotte;
ZA South Africa; ZM Zambia; ZW Zimbabwe
"""
