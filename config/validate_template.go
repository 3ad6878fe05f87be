package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a template. The directory refuses longer names; the text is at most what Telegram takes in one message.
const (
	maxTemplateName = 200  // bytes
	maxTemplateText = 4096 // characters
)

func (v *validator) templates() {
	v.ids("templates", len(v.cfg.Templates), func(i int) string { return v.cfg.Templates[i].ID })
	for i, t := range v.cfg.Templates {
		key := at("templates", i)
		v.templateName(key+".name", t)
		if len(t.Texts) == 0 {
			v.fail(key+".texts", "holds no text", `write one per language, such as texts: {en: "..."}`)
			continue
		}
		seen := map[string]string{} // by the language in lower case
		for _, language := range sortedKeys(t.Texts) {
			v.templateLanguage(written(key+".texts", language), language, seen)
			v.templateText(written(key+".texts", language), t.Texts[language])
		}
		v.servesTheHouse(key+".texts", t.Texts)
	}
}

func (v *validator) templateName(key string, t Template) {
	switch {
	case t.Name == "" && t.ID == "": // the id is told, and the name would have been it
	case strings.TrimSpace(t.Name) == "":
		v.fail(key, "is blank", "write what operators will look for, or remove it for the id")
	case len(t.Name) > maxTemplateName:
		v.fail(key, fmt.Sprintf("is longer than %d bytes", maxTemplateName), "use a shorter one")
	}
}

// templateLanguage checks one key of the texts. Languages are compared without case, so two spellings of one would hide
// each other.
func (v *validator) templateLanguage(key, language string, seen map[string]string) {
	v.language(key, language)
	folded := strings.ToLower(language)
	if before, twice := seen[folded]; twice {
		v.fail(key, "is the same language as "+clip(before), "keep one of them")
		return
	}
	seen[folded] = language
}

func (v *validator) templateText(key, text string) {
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		v.fail(key, "holds bytes that are no text", "write it in UTF-8")
	case strings.TrimSpace(text) == "":
		v.fail(key, "is blank", "write a text, or remove the line")
	case n > maxTemplateText:
		v.fail(key, fmt.Sprintf("has %d characters", n), fmt.Sprintf("use at most %d", maxTemplateText))
	default:
		if err := v.macros(text); err != nil {
			v.fail(key, err.Error(), "correct it, or take the braces away")
		}
	}
}

// servesTheHouse warns about a template without a text for customers whose language nobody knows.
func (v *validator) servesTheHouse(key string, texts map[string]string) {
	house := v.cfg.Settings.Language
	if !languageForm.MatchString(house) { // told at the settings
		return
	}
	for language := range texts {
		if !languageForm.MatchString(language) { // told, and it may be the one that was meant
			return
		}
		wide := len(language) < len(house) && house[len(language)] == '-' && strings.EqualFold(house[:len(language)], language)
		if wide || strings.EqualFold(language, house) {
			return
		}
	}
	v.warn(key, "holds no text in "+clip(house)+", the language of the house: operators will not find it for customers whose language nobody knows",
		"add a text in "+clip(house))
}
