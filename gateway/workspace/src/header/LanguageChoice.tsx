import { SegmentedControl } from "@mantine/core";
import { useLanguage, useWorkspace } from "../app/context";
import { type Language, languages } from "../words/words";

interface Props {
  readonly label?: string;
  readonly labelledBy?: string;
  readonly fullWidth?: boolean;
}

/** Each language stands in its own words: whoever is in the wrong one must find the way back. */
export function LanguageChoice({ label, labelledBy, fullWidth = false }: Props) {
  const { settings } = useWorkspace();
  const language = useLanguage();
  return (
    <SegmentedControl<Language>
      aria-label={label}
      aria-labelledby={labelledBy}
      size="xs"
      fullWidth={fullWidth}
      value={language}
      onChange={(value) => settings.setState({ language: value })}
      data={(Object.keys(languages) as Language[]).map((value) => ({
        value,
        label: <span lang={value}>{languages[value]}</span>,
      }))}
    />
  );
}
