"""What a voice says in its sample: one short, everyday sentence in its own language (pure)."""

from types import MappingProxyType

from bot.languages import read_locale

# ruff: noqa: RUF001  # scripts whose letters look like Latin ones
ENGLISH = "Hello! This is how I sound. What shall I read to you?"
TEXTS = MappingProxyType({
    "ar": "مرحبا! هذا هو صوتي. ماذا أقرأ لك؟",
    "bg": "Здравей! Така звучи гласът ми. Какво да ти прочета?",
    "ca": "Hola! Així sona la meva veu. Què vols que et llegeixi?",
    "cs": "Ahoj! Takhle zní můj hlas. Co ti mám přečíst?",
    "da": "Hej! Sådan lyder min stemme. Hvad skal jeg læse for dig?",
    "de": "Hallo! So klinge ich. Was soll ich dir vorlesen?",
    "el": "Γεια σου! Έτσι ακούγεται η φωνή μου. Τι να σου διαβάσω;",
    "en": ENGLISH,
    "es": "¡Hola! Así suena mi voz. ¿Qué quieres que te lea?",
    "fi": "Hei! Tältä minä kuulostan. Mitä luen sinulle?",
    "fr": "Bonjour ! Voici ma voix. Que veux-tu que je te lise ?",
    "he": "שלום! ככה אני נשמע. מה לקרוא לך?",
    "hi": "नमस्ते! मेरी आवाज़ ऐसी है। मैं आपके लिए क्या पढ़ूँ?",
    "hu": "Szia! Így szól a hangom. Mit olvassak fel neked?",
    "id": "Halo! Beginilah suara saya. Apa yang harus saya bacakan?",
    "it": "Ciao! Questa è la mia voce. Che cosa ti leggo?",
    "ja": "こんにちは。これが私の声です。何を読みましょうか。",
    "ko": "안녕하세요! 제 목소리는 이래요. 무엇을 읽어 드릴까요?",
    "ms": "Helo! Beginilah bunyi suara saya. Apa yang patut saya bacakan?",
    "nb": "Hei! Slik høres jeg ut. Hva skal jeg lese for deg?",
    "nl": "Hallo! Zo klink ik. Wat zal ik je voorlezen?",
    "no": "Hei! Slik høres jeg ut. Hva skal jeg lese for deg?",
    "pl": "Cześć! Tak brzmi mój głos. Co mam ci przeczytać?",
    "pt": "Olá! É assim que eu falo. O que você quer que eu leia?",
    "ro": "Bună! Așa sună vocea mea. Ce să îți citesc?",
    "ru": "Привет! Так звучит мой голос. Что тебе прочитать?",
    "sk": "Ahoj! Takto znie môj hlas. Čo ti mám prečítať?",
    "sv": "Hej! Så här låter jag. Vad ska jag läsa för dig?",
    "th": "สวัสดี นี่คือเสียงของฉัน อยากให้ฉันอ่านอะไร",
    "tr": "Merhaba! Sesim böyle. Sana ne okuyayım?",
    "uk": "Привіт! Так звучить мій голос. Що тобі прочитати?",
    "vi": "Xin chào! Giọng của tôi là như thế này. Tôi nên đọc gì cho bạn?",
    "zh": "你好！这就是我的声音。你想让我读什么？",
})  # fmt: skip


def sample_text(language: str) -> str:
    """The sentence for a voice of this language (a code or a name); English where we have none."""
    locale = read_locale(language)
    return ENGLISH if locale is None else TEXTS.get(locale.language, ENGLISH)
