"""The words for each generator in its plain form: nouns and verbs, in lower case and mostly singular."""

from collections.abc import Mapping
from types import MappingProxyType

_WORDS = {
    # weather
    "rain": "rain, rainfall, raindrop, rainy, raining",
    "hail": "hail, hailstorm, hailstone, sleet",
    "wind": "wind, windy, gust, breeze, draft",
    "rustling": "rustle, rustling, leaf, leaves, foliage, hay, bush",
    "thunder": "thunder, thunderclap, thunderbolt, thunderous",
    "ice": "ice, ice crack, cracking ice, ice cracking, frozen lake",
    # water
    "stream": "stream, brook, creek, river, babbling, fountain, running water, water flowing, flowing water, water",
    "bubbles": "bubble, bubbly, bubbling, aquarium, cauldron",
    "boiling": "boil, boiling, boiling water, simmer, stew",
    "waterfall": "waterfall, cascade, rapids, torrent",
    "waves": "wave, ocean, sea, surf, shore, beach, tide, seaside, coast",
    "underwater": "underwater, under water, submerged, deep sea",
    "steam": "steam, hiss, hissing, gas leak, air leak, leaking gas, pressure release",
    "drip": "drip, dripping, water drop, water droplet, droplet, leak, leaking, tap dripping, faucet, drop of water",
    "splash": "splash, splashing, cannonball, plunge, dive",
    "pouring": "pour, pouring, pouring water, filling a glass, filling, pour a drink",
    "gulp": "gulp, gulping, swallow, glug, drinking, drink",
    "spray": "spray, spraying, spray can, aerosol, deodorant",
    # fire and blasts
    "fire": "fire, flame, burn, blaze, bonfire, fireplace, hearth, torch, inferno, wildfire, crackle, crackling",
    "sizzling": "sizzle, sizzling, fry, frying, frying pan, bacon, sear, grill, grilling",
    "sparks": "spark, sparking, electric spark, short circuit, electricity, electric arc, tesla coil, tesla",
    "ignition": "ignite, ignition, whoomp, fireball, flamethrower, burst into flames, catches fire",
    "match": "match, match strike, matchstick, lighting a match, lighter, strike a match",
    "explosion": "explosion, explode, bomb, blast, detonation, detonate, grenade, dynamite, kaboom, missile, mine, tnt",
    "gunshot": "gunshot, gun, shot, shoot, shooting, pistol, rifle, revolver, gunfire, firing, handgun, bullet",
    "ricochet": "ricochet, bullet ricochet, bullet bounce",
    "fireworks": "firework, firecracker, rocket, pyrotechnic, new year",
    "zap": "zap, lightning, lightning bolt, lightning strike, electrocute, electric shock, taser, thunderstrike",
    # impacts
    "knock": "knock, knocking, knock on door, rap, tap, tapping",
    "thud": "thud, thump, bump, drop, body fall, falls down, landing, land, heavy fall, impact, hit the ground",
    "punch": "punch, hit, kick, box, fist, smack, fight, fighting, beat up, uppercut",
    "slap": "slap, spank, slapping, face slap, high five",
    "whip": "whip, whip crack, lash",
    "hammer": "hammer, hammering, anvil, blacksmith, nail, construction, forge, clang, clank",
    "sword": "sword, blade, sword fight, sword clash, clash of swords, duel, dagger, fencing, parry, knife",
    "glass break": (
        "glass break, glass breaking, break glass, breaking glass, glass shatter, shatter, shattering glass, "
        "glass shattering, broken glass, window break, window breaking, smash, breaking window, vase, mirror "
        "break"
    ),
    "crash": "crash, car crash, collision, wreck, car accident, pots and pans, metal crash, clatter",
    "crack": (
        "crack, wood crack, snap a branch, branch, twig, wood break, wood breaking, tree falling, breaking wood, "
        "splinter, branch snap, bone break, bone crack, broken bone"
    ),
    "rockfall": (
        "rock, falling rock, rockfall, rockslide, landslide, avalanche, collapse, debris, boulder, falling rocks, "
        "rubble, crumble"
    ),
    "door slam": "door slam, slam, slamming door, door shut, door close, door closing, closing door, slam the door",
    "creak": (
        "creak, creaky, creaking, squeaky door, door creak, door open, door opening, opening door, creaky door, "
        "floorboard, old door, hinge, rusty gate, door opens"
    ),
    "footsteps": (
        "footstep, step, walk, walking, walk by, stomp, march, marching, tread, pacing, stroll, boots, boot, heels"
    ),
    "hooves": "hoof, hooves, horse, gallop, galloping, horse galloping, trot, horse running, clip clop",
    "pop": "pop, balloon pop, cork, cork pop, champagne, popcorn, popping, balloon, champagne pop",
    "clink": "clink, glass clink, toast, cheers, clinking glasses, glasses, ding, crystal",
    "rattle": "rattle, rattling, keys, key jingle, keyring, chain, jingle, jangle, shaker, maraca, chains",
    # bells and drums
    "bell": "bell, church bell, bell toll, toll, chime, cathedral, clock tower, ring a bell, big ben, bells ringing",
    "small bell": (
        "small bell, hand bell, handbell, bicycle bell, bike bell, shop bell, service bell, reception bell, desk "
        "bell, boxing bell, jingle bell, sleigh bell, little bell, ting"
    ),
    "doorbell": "doorbell, door bell, ding dong, door chime",
    "gong": "gong, tam tam, temple gong",
    "singing bowl": "singing bowl, tibetan bowl, meditation bowl, meditation bell",
    "wind chimes": "wind chime, chimes, windchime",
    "triangle": "triangle",
    "drum": "drum, drumbeat, bass drum, kick drum, tom, war drum, taiko, bongo, drumming",
    "snare": "snare, snare drum",
    "cymbal": "cymbal, cymbal crash, crash cymbal, hi hat, hihat",
    "drum roll": "drum roll, drumroll",
    "punchline": "ba dum tss, badum tss, rimshot, ba dum tish, badumtss, joke drum, punchline",
    "cowbell": "cowbell",
    # creatures and bodies
    "birds": (
        "bird, birdsong, chirp, chirping, tweet, tweeting, songbird, sparrow, canary, robin, dawn chorus, nightingale"
    ),
    "cuckoo": "cuckoo, cuckoo clock",
    "owl": "owl, hoot, hooting",
    "crickets": "cricket, awkward silence, grasshopper",
    "cicadas": "cicada, locust",
    "frog": "frog, croak, ribbit, toad",
    "bee": "bee, fly, bumblebee, wasp, hornet, insect, swarm, buzz, buzzing, housefly, beehive",
    "mosquito": "mosquito, gnat",
    "woodpecker": "woodpecker",
    "rattlesnake": "rattlesnake, snake",
    "wings": "wing, flap, flapping, wing flap, wings flapping, pigeon, bat",
    "heartbeat": "heartbeat, heart, heart beat, pulse, lub dub",
    "breath": "breath, breathe, breathing, exhale, inhale, scuba, gas mask",
    "clap": "clap, clapping, handclap, hand clap, hand claps",
    "applause": "applause, audience clapping, crowd clapping, standing ovation, ovation, audience applause, audience",
    "finger snap": "finger snap, snap, snap fingers, fingers snapping, thanos",
    "whistle": "whistle, whistling, wolf whistle",
    "crunch": "crunch, bite, chip, chew, chewing, munch, eat, eating, apple bite, crunching, cookie",
    # machines
    "engine": "engine, motor, car engine, idle, idling, car, vehicle, generator, go kart",
    "revving": "rev, revving, engine rev, race car, racing car, accelerate, acceleration, vroom, drag race",
    "engine start": "engine start, car start, starting car, ignition key, start engine, car starting, engine starting",
    "helicopter": "helicopter, chopper",
    "propeller": (
        "propeller, airplane, plane, aeroplane, propeller plane, biplane, drone flying, quadcopter, small plane"
    ),
    "jet": "jet, jet engine, airliner, aircraft, jet plane, fighter jet, takeoff, airport",
    "train": "train, railway, subway, metro, tram, train track, locomotive, railroad",
    "steam train": "steam train, steam locomotive, steam engine, choo choo",
    "traffic": "traffic, highway, road, motorway, city, street, freeway, city street",
    "fan": "fan, air conditioner, air conditioning, ventilation, ventilator, aircon, server room",
    "hum": "hum, humming, mains hum, fridge, refrigerator, transformer, electrical hum, fluorescent, power line, neon",
    "motor": (
        "vacuum cleaner, vacuum, hoover, hair dryer, hairdryer, blender, mixer, drill, power drill, drilling, "
        "electric motor, electric razor, shaver, grinder, juicer, washing machine, lawn mower, lawnmower"
    ),
    "chainsaw": "chainsaw, chain saw",
    "saw": "saw, sawing, hand saw, handsaw",
    "white noise": "white noise, static noise, tv static, noise generator",
    "static": "static, radio, radio static, radio tuning, tuning, interference, walkie talkie, shortwave",
    "robot": "robot, servo, robot arm, robotic arm, mechanical arm, actuator, mech",
    "brakes": (
        "brake, skid, tire screech, tyre screech, screech, tire squeal, drift, tires screeching, burnout, drifting"
    ),
    "printer": "printer, printing, dot matrix, fax",
    # signals
    "siren": "siren, police siren, police, police car, ambulance, fire truck, air raid, tornado siren",
    "two-tone siren": "european siren, two tone siren, german police, nee naw",
    "alarm": (
        "alarm, fire alarm, smoke alarm, smoke detector, warning, red alert, alert, evacuation, emergency, "
        "burglar alarm, car alarm"
    ),
    "alarm clock": "alarm clock, wake up alarm, morning alarm, digital alarm",
    "beep": "beep, bleep, blip, tone, countdown, microwave, pips, timer",
    "censor": "censor, censor beep, censored, censor bleep, swear beep",
    "monitor": "heart monitor, hospital monitor, ecg, ekg, hospital, cardiac monitor",
    "flatline": "flatline, flat line",
    "car horn": "car horn, honk, horn, beep beep, honking, truck horn, car honking",
    "air horn": "air horn, airhorn, mlg, stadium horn, goal horn, vuvuzela",
    "ship horn": "ship horn, foghorn, fog horn, boat horn, ship, ferry, cruise ship, tugboat",
    "train whistle": "train whistle, steam whistle, train horn, factory whistle",
    "kettle": "kettle, tea kettle, whistling kettle, teapot",
    "referee": "referee, referee whistle, sports whistle, football whistle, coach whistle, foul, kickoff, pea whistle",
    "telephone": (
        "telephone, phone, phone ring, ringtone, phone ringing, ringing phone, old phone, ring, ringing, rotary phone"
    ),
    "ringback": "ringback, phone call, calling, dialtone waiting",
    "dial tone": "dial tone, dialtone",
    "dialling": "dialling, dialing, dial, phone dial, touch tone, keypad",
    "sonar": "sonar, ping, submarine, sonar ping, radar",
    "morse": "morse, morse code, telegraph",
    "buzzer": "buzzer, wrong answer, wrong, game show buzzer, incorrect, wrong buzzer",
    "geiger": "geiger, geiger counter, radiation, radioactive",
    "modem": "modem, dial up, dialup, dial up internet",
    "sweep": "sine sweep, test tone, frequency sweep",
    # things
    "clock": "clock, tick, tick tock, ticking, clock ticking, watch, stopwatch, pocket watch, metronome",
    "typing": (
        "type, typing, keyboard, keystroke, keyboard typing, mechanical keyboard, computer typing, hacker, hacking"
    ),
    "typewriter": "typewriter",
    "click": "click, mouse click, switch, light switch, button, button press, pen click, mouse, toggle",
    "camera": "camera, shutter, camera shutter, photo, snapshot, polaroid, selfie, paparazzi",
    "lock": (
        "lock, unlock, key turn, door lock, bolt, latch, padlock, locking, unlocking, safe, reload, cocking, gun reload"
    ),
    "zipper": "zipper, zip, unzip, zip up, tent zipper",
    "tearing": (
        "tear, rip, tearing paper, ripping, paper tear, fabric rip, tear paper, ripping cloth, velcro, duct tape"
    ),
    "paper": "paper, crumple, crumpling, paper crumple, wrapper, wrapping paper, plastic bag, bag of chips, crumpled",
    "page": "page, page turn, turn a page, book, page flip, turning page, shuffle cards, card flip, card, cards",
    "writing": "write, writing, pencil, scribble, chalk, chalkboard, pen, sketching, scratch, eraser",
    "sweeping": "sweep, sweeping, broom, brush, scrub, shovel, brushing, rake, toothbrush",
    "vinyl": "vinyl, record player, vinyl crackle, gramophone, phonograph, lp, turntable",
    "record scratch": "record scratch, dj scratch, needle scratch, freeze frame, scratching record",
    "coins": (
        "coin drop, coins, coin toss, coin flip, dropping coin, money, loose change, cash register, cash, treasure"
    ),
    "dice": "dice, die roll, roll dice, dice roll, rolling dice, marbles, beads",
    "squeak": "squeak, squeaky, rubber duck, squeaky toy, dog toy, chew toy, sneaker squeak, mop",
    "can": "can, soda, soda can, beer, beer can, opening a can, can open, open a can, fizz, bottle open, bottle",
    # games
    "laser": "laser, blaster, ray gun, raygun, pew, pew pew, phaser, plasma, laser gun, laser beam, space gun",
    "jump": "jump, jumping, hop, mario jump, platformer jump, leap",
    "coin": "coin, coin collect, pickup, pick up, collect, retro coin, collect coin, item, gem, token",
    "power up": "power up, powerup, upgrade, buff, mushroom, boost, extra life, one up, heal, healing",
    "level up": "level up, levelup, victory jingle, level complete, achievement, unlocked, xp",
    "success": (
        "success, fanfare, victory, win, winning, correct, tada, ta da, triumph, hooray, quest complete, jackpot"
    ),
    "game over": "game over, lose, losing, defeat, death, dead, you died, fail, die",
    "sad horn": "sad horn, sad trombone, wah wah, womp womp, fail horn, womp, wah wah wah, loser",
    "hurt": "hurt, damage, take damage, hit marker, hitmarker, ouch, pixel hit, enemy hit, 8 bit hit",
    "menu": "menu, select, menu select, ui, interface, cursor, confirm, navigation, ui click, hover",
    "notification": (
        "notification, message, ping notification, new message, chat, discord, inbox, mail, email, reminder, "
        "incoming message"
    ),
    "error": "error, denied, access denied, invalid, cancel, windows error, refusal, failed",
    "teleport": "teleport, teleporter, warp, portal, hyperspace, beam me up, time travel, dimension",
    "charge": "charge, charging, charge up, power charge, energy charge, powering up, energy, capacitor",
    "magic": (
        "magic, spell, sparkle, fairy, wand, enchant, magical, glitter, twinkle, shimmer, pixie dust, fairy dust, "
        "wizard"
    ),
    "shield": "shield, barrier, block, deflect, magic shield, bubble shield",
    "force field": "force field, forcefield, energy field, reactor, power core, magic field",
    "spaceship": "spaceship, starship, space, spacecraft, space station, engine room, cruiser, warp drive, mothership",
    "ufo": "ufo, flying saucer, alien, theremin, martian, extraterrestrial, alien ship",
    "energy sword": "lightsaber, energy sword, light saber, laser sword, plasma sword, energy blade, beam saber",
    "droid": "droid, r2d2, robot beeps, computer beeps, computer, robot chatter, bleep bloop, beep boop, scanner, data",
    "glitch": "glitch, malfunction, corrupted, bug, digital noise, circuit bent, datamosh, hack",
    # film and cartoon
    "whoosh": (
        "whoosh, swoosh, swish, swipe, swing, transition, throw, fly by, flyby, woosh, arrow, bow, sweep by, dash"
    ),
    "boom": (
        "boom, vine boom, cinematic hit, dramatic hit, sub drop, trailer hit, cinematic boom, dramatic, dun dun, "
        "bass hit"
    ),
    "riser": "riser, build up, buildup, tension rise, rise, uplifter, suspense riser, crescendo",
    "drop": "bass drop, downer, power down, shutdown, downlifter, shut down, powering down, dive down",
    "drone": (
        "drone, dark drone, dread, horror, ominous, suspense, tension, eerie drone, dark ambience, nightmare, creepy"
    ),
    "ghost": "ghost, haunted, spooky, eerie, spirit, phantom, wail, ghostly, wraith, poltergeist, paranormal",
    "spring": "spring, boing, bounce, bouncing, bouncy, trampoline, jaw harp, bounces, ball, basketball",
    "slide whistle": "slide whistle, slide up, cartoon slide",
    "fall": "fall, falling, bomb drop, falling bomb, cartoon fall, plummet, incoming, falling whistle",
    "splat": "splat, splatter, pie, tomato, gore, mud, splatting, squash",
    "squish": "squish, squelch, slime, goo, slimy, jelly, wet, ooze, guts, slurp, squishy",
    "rumble": "rumble, earthquake, rumbling, tremor, quake, shaking ground, subwoofer, volcano",
}

PLAIN_WORDS: Mapping[str, str] = MappingProxyType(_WORDS)
"""Generator → words and phrases, parted by commas."""
