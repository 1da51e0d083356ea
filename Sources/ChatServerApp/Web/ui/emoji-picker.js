// The emoji to choose from: those that are used, by what they are about, with the words one finds them by.

import { preference, setPreference } from '../model/storage.js';
import { h } from './dom.js';
import { openPopup } from './popup.js';
import { t } from './texts.js';

const RECENT_MAX = 16;

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
/** Lets somebody choose an emoji beside an element. */
export function openEmojiPicker(anchor, label, choose) {
  const picker = emojiPicker((emoji) => {
    popup.close();
    choose(emoji);
  });
  const popup = openPopup(anchor, picker, { label });
  picker.querySelector('input')?.focus();
}

function emojiPicker(choose) {
  const search = h('input', { type: 'text', role: 'searchbox', 'aria-label': t('findEmoji'), placeholder: t('findEmoji'), autocomplete: 'off', oninput: () => show(search.value) });
  const grid = h('div.emoji-groups', {});
  const picker = h('div.emoji-picker', {}, search, grid);
  const pick = (emoji) => {
    setPreference('emoji', [emoji, ...recent().filter((other) => other !== emoji)].slice(0, RECENT_MAX).join(' '));
    choose(emoji);
  };
  const group = (name, entries) => (entries.length === 0 ? '' : h('section', { 'aria-label': name }, h('h3', {}, name),
    h('div.emoji-grid', {}, ...entries.map(([emoji, words]) => h('button.emoji', { type: 'button', title: words.split('-')[0], 'aria-label': `${emoji} ${words.replaceAll('-', ' ')}`, onclick: () => pick(emoji) }, emoji)))));

  function show(query) {
    const wanted = query.trim().toLowerCase();
    const groups = GROUPS.map(([name, text]) => [t(name), [...text.matchAll(/(\S+) (\S+)/g)].map(([, emoji, words]) => [emoji, words])]);
    if (wanted === '') {
      grid.replaceChildren(group(t('recent'), recent().map((emoji) => [emoji, emoji])), ...groups.map(([name, entries]) => group(name, entries)));
      return;
    }
    const found = groups.flatMap(([, entries]) => entries).filter(([, words]) => words.includes(wanted));
    grid.replaceChildren(found.length > 0 ? group(t('found'), found) : h('p.hint', {}, t('nothingFound')));
  }

  search.addEventListener('keydown', (event) => {
    const first = grid.querySelector('.emoji');
    if (event.key === 'Enter' && search.value.trim() !== '' && first) first.click();
    else if (event.key === 'ArrowDown' && first) first.focus();
    else return;
    event.preventDefault();
  });
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    const all = [...grid.querySelectorAll('.emoji')];
    const target = step && all[all.indexOf(document.activeElement) + step];
    if (!step) return;
    event.preventDefault();
    (target ?? search).focus();
  });
  show('');
  return picker;
}

function recent() {
  return preference('emoji', '').split(' ').filter(Boolean);
}
