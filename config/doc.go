// Package config reads what an installation is told from outside: the
// configuration file, the environment and the command line, in that order,
// over defaults that stand in one place (defaults.go).
//
//	cfg, problems := config.Load("parley.yaml", os.Environ(), config.Flags{"listen": cli.Listen})
//	problems = append(problems, cfg.Validate(rules, template.Check)...)
//	if config.Failed(problems) { ... print each of config.Sorted(problems) ... }
//
// Nothing stops at the first mistake: Load and Validate name every problem at
// once, each with its file and line (or the environment variable or flag it
// came from), its key, what is wrong and what to do.
//
// Secrets have their own type, which prints as "***" whatever prints it. Only
// Reveal gives the text.
package config
