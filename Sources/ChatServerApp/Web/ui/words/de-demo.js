// German: the demo pages.

export default {
  theme: 'Farben', language: 'Sprache', theme_system: 'Wie das System', theme_light: 'Hell', theme_dark: 'Dunkel',
  today: 'Heute', yesterday: 'Gestern', components: 'Bausteine',
};
