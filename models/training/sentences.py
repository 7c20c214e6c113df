"""Sentences to be spoken for the phoneme task: orders, messages, commands, answers and unconnected words, of wide phonetic cover."""

from __future__ import annotations

import random

from phonemes import dictionary

FIRST_NAMES = """Anna|Bob|Maria|James|Aisha|Oliver|Sophie|Mohammed|Chloe|David|Elena|Frank|Grace|Hannah|Ivan|Julia|Kevin|Laura|Michael|Nora|Oscar|Paula|
    Quentin|Rachel|Samuel|Theresa|Ursula|Victor|Wendy|Xavier|Yvonne|Zachary|Priya|Wei|Hiroshi|Fatima|Carlos|Ingrid|Bjorn|Matteo|Chantal|Dmitri|Aaron|Beth|
    Catherine|Daniel|Edward|Fiona|George|Helen|Isaac|Joyce|Keith|Louise|Martin|Nathan|Olga|Peter|Rose|Steven|Thomas|Uma|Vera|William|Zoe|Jasmine|Kyle|Sean""".split("|")
LAST_NAMES = """Karlsson|Smith|Johnson|Garcia|Miller|Novak|Schmidt|Rossi|Dubois|Nguyen|Kim|Patel|O'Brien|Murphy|Walker|Young|Hughes|Fisher|Graham|Jordan|
    Knight|Lawson|Mitchell|Norris|Owens|Palmer|Reynolds|Shaw|Turner|Vaughn|Webster|Yates|Zimmerman|Church|Joyce|Beazley|Thatcher|Whitfield|Ferguson|Cho|
    Bergman|Castillo|Delgado|Eriksen|Fujita|Gupta|Haddad|Ito|Jensen|Kowalski|Lopez|Moreau|Nakamura|Olsen|Petrov|Quinn|Ramirez|Sato|Tanaka|Usher""".split("|")
SIZES = "small|large|medium|tall|extra large|eight ounce|twelve ounce|sixteen ounce|twenty ounce|regular|big|tiny|double".split("|")
DRINKS = """coffee|black tea|green tea|latte|cappuccino|espresso|mocha|americano|flat white|hot chocolate|lemonade|cold brew|iced tea|macchiato|cortado|
    orange juice|filter coffee|chai|milkshake|drip coffee|caffe latte""".split("|")
EXTRAS = """with milk|with soy milk|with almond milk|with oat milk|with cream|with a bit of cream|with some sugar|with two sugars|with brown sugar|with a lot of honey|
    without sugar|with no milk|with caramel syrup|with vanilla|dark roast|light roast|medium roast|with a single shot|with a double shot|with a triple shot|
    with three shots|with whole milk|with skim milk|with one splenda|with some stevia|with cinnamon|on ice|to go""".split("|")
ROOMS = "kitchen|bedroom|living room|hall|bathroom|garage|garden|office|cellar|attic".split("|")
THINGS = "light|lights|lamp|heating|fan|radio|television|oven|blinds|door|alarm|music|washing machine|camera|window|gate".split("|")
FOODS = "milk|bread|eggs|butter|cheese|apples|bananas|rice|potatoes|onions|garlic|chicken|yogurt|toothpaste|washing powder|juice|olive oil|cereal".split("|")
NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|twenty five|thirty|forty five|fifty|sixty|ninety".split("|")
ANSWERS = """yes|no|right|that's right|cancel|stop|yes please|no thanks|no thank you|okay|sure|correct|wrong|never mind|go ahead|go back|do it|don't do it|send it|
    delete it|play|pause|next|previous|louder|quieter|again|help|undo|yes I am|not now|of course|I don't know|maybe later|wait|hold on""".split("|")
COMMANDS = ["turn {on} the {room} {thing}", "turn the {thing} {on}", "set the {thing} to {number} percent", "set a timer for {number} minutes", "wake me at {number} thirty",
            "add {food} to the shopping list", "put {food} and {food} on my list", "what's the weather in {number} days", "remind me to buy {food}", "is the {thing} {on}",
            "open the {room} {thing}", "close the {thing} in the {room}", "play {number} songs", "how long does it take to cook {food}", "make the {room} {number} degrees warmer",
            "change the colour in the {room} to blue", "dim the {thing}", "lock the {room} door", "skip this song", "what time is it in the {room}", "where did I leave the {food}"]
ORDERS = ["can I have a {size} {drink} {extra}", "a {size} {drink} {extra} please", "I'd like a {drink} {extra}", "make me a {size} {drink}", "could I get a {size} {drink} {extra} and {extra}",
          "{drink} {extra}", "get me a {drink} please", "may I have {number} {drink}", "I want a {size} {extra} {drink}", "brew a {drink} {extra}", "prepare a {size} {drink} {extra}"]
MESSAGES = ["send a message to {name}", "send {first} a message", "text {name}", "call {name}", "call {first}", "send it to {first}", "message {first}", "ring {name} back",
            "tell {first} I'm late", "yes send it to {name}", "write to {name}", "send a voice message to {first}", "{name}", "{name} please", "read the message from {first}",
            "phone {first} at home", "no call {name}", "ask {first} about {number} {food}", "to {name}", "it's for {name}", "please message {name}", "leave {name} a message",
            "yes that one to {name}", "send that to {name}", "record something for {name}", "{name} not {first}", "send it to {name}"]


def sentence(chance: random.Random) -> str:
    """One sentence to say."""
    kind = chance.random()
    if kind < .1:
        return chance.choice(ANSWERS)
    if kind < .23:
        words = [w for w in chance.sample(_words(), 8) if len(w) > 3]
        return " ".join(words[:chance.randint(2, 4)])
    template = chance.choice(ORDERS if kind < .43 else MESSAGES if kind < .83 else COMMANDS)
    first, last = chance.choice(FIRST_NAMES).strip(), chance.choice(LAST_NAMES).strip()
    if chance.random() < .6:  # no list of names is long enough; most words of the dictionary are surnames
        first, last = chance.choice([first, chance.choice(_words())]), chance.choice(_words())
    fill = {"size": SIZES, "drink": DRINKS, "extra": EXTRAS, "room": ROOMS, "thing": THINGS, "food": FOODS, "number": NUMBERS, "on": ["on", "off"], "first": [first],
            "name": [f"{first} {last}"]}
    while "{" in template:
        name = template[template.index("{") + 1:template.index("}")]
        template = template.replace("{" + name + "}", chance.choice(fill[name]).strip(), 1)
    return template


def _words() -> list[str]:
    global _cached
    if not _cached:
        _cached = sorted(w for w in dictionary() if w.isalpha())
    return _cached


_cached: list[str] = []
