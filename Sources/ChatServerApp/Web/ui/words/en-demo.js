// English: the demo pages.

export default {
  theme: 'Theme', language: 'Language', theme_system: 'As the system', theme_light: 'Light', theme_dark: 'Dark',
  today: 'Today', yesterday: 'Yesterday', components: 'Components',
};
