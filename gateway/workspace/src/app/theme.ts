import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent; everything else is grey, and red, amber and green only where they mean something. */
const accent: MantineColorsTuple = [
  "#eaf2ff",
  "#d3e2fb",
  "#a6c4f5",
  "#76a4ef",
  "#4f89ea",
  "#3171df",
  "#1f65d6",
  "#1a58bd",
  "#144da8",
  "#074193",
];

/** The greys of the dark page, a little blue as those in global.css are: text, dim text ... lines, fields, page, what lies lower. */
const dark: MantineColorsTuple = [
  "#d5dae0",
  "#bcc3cb",
  "#98a1ab",
  "#7d8691",
  "#464e58",
  "#3a414a",
  "#2a2f36",
  "#1d2126",
  "#16191d",
  "#101215",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 5 }, // white reads on both (4.5:1), and both stand out from their page (3:1)
  autoContrast: true,
  luminanceThreshold: 0.34,
  colors: { accent, dark },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // The page itself never scrolls, and the lock would be an inline style that the content security policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    ModalRoot: { defaultProps: { lockScroll: false } },
    // A header that stands in no section is the page's banner to a reader of the screen; that one has the page already.
    ModalHeader: { defaultProps: { role: "none" } },
  },
});
