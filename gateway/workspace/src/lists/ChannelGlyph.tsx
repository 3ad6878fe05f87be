import { IconBrandMessenger, IconBrandTelegram, IconBrandWhatsapp, IconMessage } from "@tabler/icons-react";

const glyphs = {
  messenger: { Icon: IconBrandMessenger, name: "Messenger" },
  whatsapp: { Icon: IconBrandWhatsapp, name: "WhatsApp" },
  telegram: { Icon: IconBrandTelegram, name: "Telegram" },
} as const;

/** The mark of a provider; an unknown one gets a plain bubble with its own name. */
export function ChannelGlyph({ provider, size = 16 }: { provider: string; size?: number }) {
  const { Icon, name } =
    provider in glyphs ? glyphs[provider as keyof typeof glyphs] : { Icon: IconMessage, name: provider };
  return (
    <span role="img" aria-label={name} title={name} style={{ display: "inline-flex", flex: "none" }}>
      <Icon size={size} stroke={1.7} aria-hidden />
    </span>
  );
}
