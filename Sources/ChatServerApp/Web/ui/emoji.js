// The emoji that are used, by what they are about, with the words one finds them by.

/** [name of the group, 'emoji word-word emoji word …'] */
const GROUPS = [
  ['smileys', '😀 grin 😃 happy-lächeln 😄 smile-lächeln 😁 beam 😆 laugh-lachen 😅 sweat 😂 joy-tears-lachen 🤣 rofl-lachen 🙂 slight-smile 😉 wink-zwinkern 😊 blush 😇 angel-engel 🥰 love-liebe 😍 heart-eyes-verliebt 🤩 star-eyes 😘 kiss-kuss 😋 yum-lecker 😜 tongue-zunge 🤪 zany-verrückt 🤗 hug-umarmung 🤭 oops 🤔 think-denken 🤐 zip 😐 neutral 😏 smirk 😒 unamused 🙄 eye-roll 😬 grimace 😌 relieved 😴 sleep-schlafen 😷 mask-krank 🤒 ill-krank 🤯 mind-blown 🥳 party-feier 😎 cool 🤓 nerd 😕 confused 😟 worried-sorge 😮 wow-surprised-staunen 😳 flushed 🥺 please-bitte 😢 sad-cry-traurig 😭 sob-weinen 😱 scream-angst 😤 huff 😡 angry-wütend 🤬 swear 💀 skull-tot 💩 poop 🤡 clown 👻 ghost 🤖 robot'],
  ['people', '👍 thumbs-up-yes-ja-daumen 👎 thumbs-down-no-nein 👏 clap-applaus 🙌 hooray-hurra 🙏 thanks-please-danke 💪 strong-stark 👋 wave-hallo-tschüss 🤝 deal-handschlag ✌️ peace 🤞 luck-glück 👌 ok 🤘 rock 👉 point-right 👈 point-left 👆 point-up 👇 point-down ✋ stop-hand 🖖 vulcan 🤙 call ✍️ write-schreiben 👀 eyes-look-augen 🧠 brain 👶 baby 🧑 person 👩 woman-frau 👨 man-mann 🧓 old 🤷 shrug-achselzucken 🤦 facepalm 🙋 raise-hand 🏃 run-laufen 💃 dance-tanz 🧘 yoga'],
  ['hearts', '❤️ heart-love-herz-liebe 🧡 orange-heart 💛 yellow-heart 💚 green-heart 💙 blue-heart 💜 purple-heart 🖤 black-heart 🤍 white-heart 💔 broken-heart 💕 hearts 💯 hundred 🔥 fire-feuer ✨ sparkles ⭐ star-stern 🌟 glow 💥 boom 💫 dizzy 🎉 party-tada-feier 🎊 confetti 🎁 gift-geschenk 🏆 trophy-pokal 🥇 gold 🎯 target-ziel ✅ done-check-ja ❌ no-cross-nein ❓ question-frage ❗ important-wichtig ⚠️ warning 🚫 forbidden ➕ plus 💡 idea-idee 🔔 bell 📌 pin 🔒 lock'],
  ['nature', '🐶 dog-hund 🐱 cat-katze 🐭 mouse 🐰 rabbit-hase 🦊 fox 🐻 bear-bär 🐼 panda 🐨 koala 🦁 lion 🐸 frog 🐵 monkey 🐔 chicken 🐧 penguin 🦉 owl 🦄 unicorn 🐝 bee 🦋 butterfly 🐢 turtle 🐙 octopus 🐬 dolphin 🐳 whale 🌱 seedling 🌳 tree-baum 🌵 cactus 🍀 clover-glück 🌹 rose 🌻 sunflower 🍄 mushroom ☀️ sun-sonne 🌙 moon-mond ☁️ cloud 🌧️ rain-regen ⛈️ storm ❄️ snow-schnee 🌈 rainbow 🌊 wave-meer'],
  ['food', '☕ coffee-kaffee 🍵 tea-tee 🍺 beer-bier 🍻 cheers-prost 🍷 wine-wein 🥂 toast 🥤 drink 🍎 apple-apfel 🍌 banana 🍓 strawberry 🍒 cherry 🍑 peach 🥑 avocado 🥕 carrot 🌽 corn 🍞 bread-brot 🥐 croissant 🧀 cheese 🥚 egg 🥓 bacon 🍔 burger 🍟 fries-pommes 🍕 pizza 🌮 taco 🍣 sushi 🍜 noodles 🍝 pasta 🥗 salad 🍰 cake-kuchen 🎂 birthday-geburtstag 🍪 cookie-keks 🍫 chocolate 🍦 ice-cream-eis'],
  ['things', '⚽ football-fußball 🏀 basketball 🎾 tennis 🏓 ping-pong 🏔️ mountain-berg 🥾 hike-wandern 🚴 bike-rad 🏊 swim 🎮 game-spiel 🎲 dice 🧩 puzzle 🎨 art-kunst 🎬 film 🎤 microphone 🎧 headphones 🎸 guitar 🎹 piano 📷 camera 📱 phone-handy 💻 computer ⌨️ keyboard 🖨️ printer 🔋 battery 🔧 wrench 🔨 hammer ⚙️ gear 📦 package-paket 📅 calendar 📈 chart 📝 note-notiz 📚 books-bücher ✏️ pencil 📎 clip 🔍 search-suche 🗑️ trash 💰 money-geld 🛒 cart 🚗 car-auto 🚌 bus 🚆 train-zug ✈️ plane-flug 🚀 rocket-rakete 🏠 house-haus 🏖️ beach-strand 🗺️ map-karte ⏰ alarm ⏳ hourglass 🚧 construction 🐛 bug 🏁 finish'],
];

/** A search field and a grid; `choose(emoji)` is called with what is picked. */

/** @typedef {[emoji: string, words: string]} Emoji `words`: those one finds it by, with dashes between */

/** @type {[name: string, emoji: Emoji[]][] | null} */
let groups = null;

export function emojiGroups() {
  groups ??= GROUPS.map(([name, text]) => [name, [...text.matchAll(/(\S+) (\S+)/g)].map(([, emoji, words]) => [emoji, words])]);
  return groups;
}

/**
 * Those of which a word has that in it; those first of which a word begins so.
 * @param {string} query
 */
export function findEmoji(query) {
  const wanted = query.toLowerCase();
  const found = emojiGroups().flatMap(([, entries]) => entries).filter(([, words]) => words.includes(wanted));
  const isWord = (/** @type {Emoji} */ [, words]) => (words.split('-').some((word) => word.startsWith(wanted)) ? 0 : 1);
  return found.sort((one, other) => isWord(one) - isWord(other));
}
