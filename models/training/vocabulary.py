"""What is said: wake words and how people say them, auxiliary words, confusables, carrier sentences."""

from __future__ import annotations

import random

from near_words import near_phrases, near_words

WORDS = ["alexa", "computer", "jarvis"]
# Words with real recordings in the training corpora. The net learns them from real and synthetic voices alike,
# so that "real" never means "negative" and both kinds of voice meet in one representation.
AUXILIARY = ["snowboy", "smart mirror", "view glass", "athena", "amelia", "savant"]

ARPABET = {"alexa": "AH L EH K S AH", "computer": "K AH M P Y UW T ER", "jarvis": "JH AA R V IH S"}

# misaki phonemes: how people really say them, with a weight; the first of each is the dictionary's.
PRONUNCIATIONS = {
    "alexa": [("əlˈɛksə", 6), ("ɐlˈɛksə", 1), ("alˈɛksa", 1), ("ælˈɛksə", 2), ("ɑlˈɛksɑ", 1), ("əlˈɛksɑ", 1), ("əlˈɛksʌ", 1), ("ɪlˈɛksə", 1),
              ("əlˈɛkˈsə", 1), ("ˈæ lˈɛksə", .5), ("ɛlˈɛksə", .5), ("əlˈɛkzə", .3), ("əlˈæksə", .5)],
    "computer": [("kəmpjˈuTəɹ", 5), ("kəmpjˈutəɹ", 4), ("kəmpjˈuːtə", 4), ("kɑmpjˈuTəɹ", 1), ("kəmpjˈuɾə", 1), ("kɒmpjˈuːtə", 1),
                 ("kəmpjˈutɛɹ", .5), ("kˈɑmpjˈutəɹ", .7), ("kɔmpjˈutɛɹ", .5), ("kəmpˈuTəɹ", .3), ("kəmpjˈʊTəɹ", .5), ("kʌmpjˈutɑ", .5)],
    "jarvis": [("ʤˈɑɹvɪs", 6), ("ʤˈɑːvɪs", 4), ("ʤˈɑɹvəs", 3), ("ʤˈɑɹvis", 1.5), ("ʤˈaɹvɪs", 1), ("ʤˈɑɹbɪs", .3), ("ʤˈɑɹwɪs", .4),
               ("jˈɑɹvɪs", .2), ("ʒˈɑɹvis", .5), ("ʤˈɔɹvɪs", .4), ("ʧˈɑɹvɪs", .2), ("ʤˈɑɹvˈɪs", 1), ("ʤˈɑɹvɪz", .2), ("ʤˈɑvɪs", 1.5), ("ʤˈavis", 1), ("ʤˈɔːvɪs", .5), ("ʤˈɑvəs", .5),
               ("ʤˈaɹvis", .7), ("ʤˈɑɹwɪz", .2)],
}
# How speakers of other languages say them: the first nets missed these most among real recordings.
ACCENTED = {
    "alexa": ["alˈɛksa", "ælˈɛksɑ", "ɑlˈɛksɑ", "alˈeksa", "ɛlˈɛksa", "ʌlˈɛksʌ", "əlˈɪksə", "ˈalɛksa", "aɹˈɛksa", "əlˈɛksɑ", "ˈælɛksə", "alˈɛkʃa", "olˈɛksa", "əlˈɛksɛ"],
    "computer": ["kəmpjˈudə", "kəmpjˈuda", "kɑmpjˈudɑ", "kɔmpjˈutɔ", "kompjˈutɛɹ", "kompjˈuta", "kəmbjˈudəɹ", "kʌmpjˈutəɾ", "kəmpˈutəɹ", "kəmpijˈutəɹ", "kɑmpjˈutɑ",
                 "kʌmpjˈudʌ", "kəmpjˈudɑ", "kɔmpjˈutɛɾ", "kəmpjˈuːdə", "kɒmpjˈuːtə", "kəmpjˈʊdə", "kɑmpjˈutəɹ", "gəmpjˈudə", "kəmpjˈutʌ"],
    "jarvis": ["ʤˈɑvis", "ʤˈɑɹvis", "ʤˈaːvɪs", "ʤˈɑɾvis", "jˈɑɹvis", "ʤˈɔɹvis", "ʤˈɑɹbis", "ʤˈɑɹwis", "zˈɑɹvis", "ʧˈɑɹvis", "ʤˈɑɹfɪs", "ʤˈɑɹvɛs", "ʤˈæɹvɪs",
               "ʤˈɑːvəs", "ʤˈɑvɪs", "ʤˈʌvis", "ʤˈɑɹvˈis", "djˈɑɹvɪs", "ʤˈɔvis", "ʤˈɑɹvɪz"],
}
# Spellings for engines that read text.
SPELLINGS = {"alexa": ["Alexa", "Alexa", "Alexsa", "a lexa", "uh lexa", "Allexa"],
             "computer": ["computer", "computer", "compuuter", "comm pewter", "kumputer"],
             "jarvis": ["Jarvis", "Jarvis", "jarvus", "jahrvis", "jar viss"]}

# Real speakers say these for the word (machine transcripts of dev recordings are full of them): never a negative.
SAID_FOR = {"alexa": {"lexa", "Lexa"}, "computer": set(), "jarvis": {"job is", "Java is", "Jarvi", "Jarvey", "Jarvik", "jar this", "Jervis", "jars", "are his"}}

CONFUSABLES = {
    "alexa": """Alexis|Alex|election|unacceptable|a letter|Lexus|a Lexus|actually|Alaska|Alexander|Alexandra|Alexandria|Alexei|electric|elections|
        selection|collect a|extra|an extra|ketchup|lecture|a lecture|elixir|a lesson|relax|relax a|I like some|I'll ask her|all exhausted|annex a|
        annex uh|my pants on|the lexicon|perplexed|complex|a complex|reflexes|legs are|a leg so|Alessa|Alyssa|Melissa|electron|a taxi|less so|
        I'll expect|let's see|let's ask|flexible|he lacks a|it lacks a|alas a|all access|Texas|Lexington|eggs are|next, uh|likes a|Alec's a|
        Lex|Lexi|a lexical|the next of|an axe|Alexa's brother Alex|elect the|select a|a left turn|Alec said|I let's a|Elektra|lacks|lexer|axa|lexa""",
    "computer": """commuter|commuters|computing|compute|computed|computes|commute|compared to|competitor|come pewter|confuser|composer|a pewter cup|
        compete|complete|completed|competing|come, Peter|compute a|come put her|communicate|compatible|commuter train|community|recruiter|
        Kuder|come to|can put it|compost|comfort her|complicated|consumer|can you do|come here to|couldn't put her|compressor|accuse her|
        the new tutor|scooter|neuter|polluter|cuter|Peter|company to|come pick you two|comedy|commander|contributor|deputy|disputed|puter|comp""",
    "jarvis": """hey jealous|jealous|Travis|harvest|service|Jarvik|Harvest|Charles|Chavez|Jarvi|Davis|Mavis|jars|jar this|jar of this|Java is|
        Jarred his|star fish|starfish|carve this|carve us|marvellous|marvelous|Marvin|Garvey's|Garfield|a jar fits|job is|jobless|jaundice|
        genius|harness|harmless|Harvey's|target|jarring|jargon|charges|charmless|jar with|chances|Jervis|jazz is|Judas|John is|just this|
        far from this|nervous|hey service|hey Travis|hey Davis|Jarvey|Jar|jar|vis|are his|are this|jolly is|joyous|charge us|George's|artist""",
}

CARRIERS = ["I think {} is what she said.", "{}, that is all I know.", "Have you seen {} yesterday?", "No, not {}, the other one.", "We talked about {} at dinner.",
            "It was {} again.", "And then {} came up.", "What about {}?", "Well, {}.", "He said {} twice.", "They call it {} in my town.", "Is it {} or not?"]
COMMANDS = ["what time is it", "turn on the lights", "play some music", "set a timer for ten minutes", "what's the weather like", "stop", "call mom", "add milk to my list",
            "turn it up", "good morning", "tell me a joke", "open the door", "send a message", "what's the news"]


def confusables(word: str) -> list[str]:
    """Hand-kept words and phrases that are mistaken for `word`."""
    return [" ".join(entry.split()) for entry in CONFUSABLES[word].split("|")]


def generated(word: str, common: list[str], n_words: int, n_phrases: int) -> list[str]:
    """Near words and near phrases of `word` by phone distance, nearest first."""
    target = tuple(ARPABET[word].split())
    return [w for _, w in near_words(target, n_words)] + [p for _, p in near_phrases(target, common, n_phrases)]


def pronunciation(word: str, chance: random.Random) -> str:
    """One way to say `word`, in misaki symbols, drawn by weight."""
    ways, weights = zip(*PRONUNCIATIONS[word])
    return chance.choices(ways, weights)[0]
