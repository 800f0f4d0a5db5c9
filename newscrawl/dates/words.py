"""The words that printed dates are made of, and what each of them means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from newscrawl.arabic import fold


class Token(NamedTuple):
    """A piece of a date; `kind` is one of the letters that newscrawl.dates.reading explains."""

    kind: str
    text: str
    number: int = 0


# How the words are spelled; fold() unites the forms of alef, yeh and teh marbuta, so «إبريل» need not stand by «أبريل».
_MONTHS = {
    1: "يناير|كانون الثاني|كانون ثاني|كانون ثان|كانون2|ك2|جانفي|january|jan",
    2: "فبراير|فبرابر|شباط|فيفري|february|feb",
    3: "مارس|آذار|march|mar",
    4: "أبريل|نيسان|أفريل|april|apr",
    5: "مايو|أيار|ماي|مايس|may",
    6: "يونيو|يونية|حزيران|جوان|june|jun",
    7: "يوليو|يولية|تموز|جويلية|يوليوز|july|jul",
    8: "أغسطس|أوغسطس|آب|أوت|غشت|august|aug",
    9: "سبتمبر|أيلول|شتنبر|september|sept|sep",
    10: "أكتوبر|أوكتوبر|أكتوير|تشرين الأول|تشرين أول|تشرين1|ت1|october|oct",
    11: "نوفمبر|تشرين الثاني|تشرين ثاني|تشرين ثان|تشرين2|ت2|نونبر|نوانبر|november|nov",
    12: "ديسمبر|دسمبر|كانون الأول|كانون أول|كانون1|ك1|دجنبر|december|dec",
}
_HIJRI_MONTHS = {
    1: "محرم|المحرم|محرم الحرام",
    2: "صفر|صفر الخير",
    3: "ربيع الأول|ربيع أول|ربيع1",
    4: "ربيع الآخر|ربيع الثاني|ربيع آخر|ربيع ثاني|ربيع ثان|ربيع2",
    5: "جمادى الأولى|جمادى الأول|جماد الأول|جماد الأولى|جماد أول|جمادى1",
    6: "جمادى الآخرة|جمادى الثانية|جمادى الثاني|جمادى الآخر|جماد الآخر|جماد الآخرة|جماد الثاني|جماد ثاني|جمادى2",
    7: "رجب|رجب الفرد|رجب المرجب",
    8: "شعبان|شعبان المعظم",
    9: "رمضان|رمضان المبارك|رمضان المعظم",
    10: "شوال|شوال المكرم",
    11: "ذو القعدة|ذي القعدة|ذوالقعدة|ذو قعدة|ذي قعدة",
    12: "ذو الحجة|ذي الحجة|ذوالحجة|ذو حجة|ذي حجة",
}
_WEEKDAYS = {
    0: "الاثنين|اثنين|الاتنين|monday|mon",
    1: "الثلاثاء|ثلاثاء|الثلثاء|الثلاثا|tuesday|tue|tues",
    2: "الأربعاء|أربعاء|الأربعا|wednesday|wed",
    3: "الخميس|خميس|thursday|thu|thur|thurs",
    4: "الجمعة|جمعة|friday|fri",
    5: "السبت|سبت|saturday|sat",
    6: "الأحد|أحد|sunday|sun",
}
_PARTS_OF_DAY = {
    "am": "ص|صباحا|صباح|فجرا|فجر|ضحى|قبل الظهر|بعد منتصف الليل|am",
    "pm": "مساء|مساءا|عصرا|عصر|بعد الظهر|pm",
    "noon": "ظهرا|ظهر",
    "night": "ليلا",
    "midnight": "منتصف الليل",
}
_DAYS_BACK = {
    0: "اليوم|today",
    1: "أمس|الأمس|بالأمس|البارحة|yesterday",
    2: "أول أمس|أول من أمس|أمس الأول|قبل أمس",
}
_UNITS_OF_ONE = {
    "second": "ثانية|second",
    "minute": "دقيقة|د|minute|min",
    "hour": "ساعة|س|hour",
    "week": "أسبوع|أسبوعا|week",
    "month": "شهر|شهرا|month",
    "year": "سنة|عام|عاما|year",
}
_UNITS_OF_TWO = {
    "second": "ثانيتين|ثانيتان",
    "minute": "دقيقتين|دقيقتان",
    "hour": "ساعتين|ساعتان",
    "day": "يومين|يومان",
    "week": "أسبوعين|أسبوعان",
    "month": "شهرين|شهران",
    "year": "سنتين|سنتان|عامين|عامان",
}
_UNITS_OF_MANY = {
    "second": "ثوان|ثواني|seconds",
    "minute": "دقائق|دقايق|minutes|mins",
    "hour": "ساعات|hours",
    "day": "أيام|days",
    "week": "أسابيع|weeks",
    "month": "أشهر|شهور|months",
    "year": "سنوات|سنين|أعوام|years",
}
_NUMBERS = {
    "0.25": "ربع",
    "0.5": "نصف",
    "1": "a|an|one",
    "3": "ثلاث|ثلاثة",
    "4": "أربع|أربعة",
    "5": "خمس|خمسة",
    "6": "ست|ستة",
    "7": "سبع|سبعة",
    "8": "ثماني|ثمانية|ثمان",
    "9": "تسع|تسعة",
    "10": "عشر|عشرة",
}
_UNIVERSAL_TIME = (
    "gmt|utc|z|غرينتش|جرينتش|غرينيتش|جرينيتش|قرينتش|تغ|ت غ"
    "|بالتوقيت العالمي|التوقيت العالمي|التوقيت العالمي الموحد|توقيت عالمي"
)
_ZONES = {  # RFC 2822 section 4.3, and what servers of the region print
    -480: "pst",
    -420: "pdt|mst",
    -360: "cst|mdt",
    -300: "est|cdt",
    -240: "edt",
    0: "wet",
    60: "cet|west",
    120: "eet|cest",
    180: "eest|msk",
    240: "gst",
}
_CITIES = {  # after «بتوقيت»; «عمان» alone is two cities
    "Asia/Riyadh": "مكة المكرمة|مكة|السعودية|المملكة العربية السعودية|الرياض",
    "Africa/Cairo": "القاهرة|مصر",
    "Asia/Beirut": "بيروت|لبنان",
    "Asia/Damascus": "دمشق|سوريا|سورية",
    "Asia/Amman": "الأردن",
    "Asia/Baghdad": "بغداد|العراق",
    "Asia/Jerusalem": "إسرائيل|تل أبيب",
    "Asia/Hebron": "القدس|القدس المحتلة|فلسطين|رام الله",
    "Asia/Gaza": "غزة",
    "Asia/Kuwait": "الكويت",
    "Asia/Qatar": "الدوحة|قطر",
    "Asia/Bahrain": "المنامة|البحرين",
    "Asia/Dubai": "أبوظبي|أبو ظبي|دبي|الإمارات|الإمارات العربية المتحدة",
    "Asia/Muscat": "مسقط|سلطنة عمان",
    "Asia/Aden": "صنعاء|عدن|اليمن",
    "Africa/Khartoum": "الخرطوم|السودان",
    "Africa/Tripoli": "طرابلس|ليبيا",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
    "Africa/Casablanca": "الرباط|المغرب|الدار البيضاء",
    "Africa/Nouakchott": "نواكشوط|موريتانيا",
    "Africa/Mogadishu": "مقديشو|الصومال",
    "Africa/Djibouti": "جيبوتي",
    "Europe/Istanbul": "إسطنبول|أنقرة|تركيا",
    "Europe/Moscow": "موسكو",
    "Europe/London": "لندن",
    "Europe/Paris": "باريس",
    "Europe/Berlin": "برلين",
    "America/New_York": "نيويورك|واشنطن",
    "Asia/Tehran": "طهران",
}
_SINGLE_WORDS = {
    "a": "منذ|قبل",
    "v": "مضت|ago",
    "D": "يوم|يوما|day",
    "1": "واحد|واحدة",
    "~": "تقريبا|حوالي|نحو",
    "b": "بتوقيت|توقيت",
    "H": "الساعة",
    "M": "م",
    "g": "ميلادي|ميلادية|الميلادي",
    "e": "ه|هجري|هجرية|الهجري",
    "F": "من|من شهر|of",
    "Y": "لعام|لسنة|من عام|من سنة",
    "i": "السنة|العدد|عدد",
    "l": "نشر|نشرت|نشره|نشرها|النشر|للنشر|منشور|كتب|كتبت|حرر|حررت|أضيف|أضيفت|صدر|صدرت|أدرج|أدرجت|أرسل|أرسلت"
    "|أنشئ|أنشئت|الإنشاء"
    "|الإضافة|الإدراج|تاريخ الخبر|تاريخ المقال|تاريخ الإصدار|توقيت النشر|published|posted|publication|created|written",
    "u": "آخر تحيين|تحيين|آخر تحديث|تحديث|التحديث|تحديثه|تحديثها|حدث|حدثت|محدث|محدثة|آخر تعديل|تعديل|التعديل|تعديله|عدل|عدلت|معدل"
    "|updated|last updated|update|last update|modified|last modified|edited",
}
FILLER = "_"
_FILLERS = (
    "في|على|عند|تمام|و|ليوم|بيوم|تم|تمت|تاريخ|التاريخ|بتاريخ|وقت|الوقت|التوقيت|الموافق|الموافق ل|موافق"
    "|بالتوقيت المحلي|التوقيت المحلي|توقيت محلي|بتوقيت محلي|at|on|the|st|nd|rd|th|date|time|local time|h"
)


def _make_vocabulary() -> dict[str, Token]:
    words: dict[str, Token] = {}

    def add(kind: str, table: Mapping[int, str] | Mapping[str, str], number: int = 0) -> None:
        for value, spellings in table.items():
            token = Token(kind, str(value), value if isinstance(value, int) else number)
            words.update(dict.fromkeys(map(fold, spellings.split("|")), token))

    for kind, numbered in {"m": _MONTHS, "h": _HIJRI_MONTHS, "w": _WEEKDAYS, "y": _DAYS_BACK, "s": _ZONES}.items():
        add(kind, numbered)
    for kind, named in {"p": _PARTS_OF_DAY, "k": _NUMBERS, "c": _CITIES}.items():
        add(kind, named)
    for number, units in enumerate((_UNITS_OF_MANY, _UNITS_OF_ONE, _UNITS_OF_TWO)):
        add("x", units, number)
    for kind, spellings in _SINGLE_WORDS.items():
        add(kind, {"day" if kind == "D" else kind: spellings}, 1)
    add("s", {0: _UNIVERSAL_TIME})
    add(FILLER, {FILLER: _FILLERS})
    return words


VOCABULARY = _make_vocabulary()
