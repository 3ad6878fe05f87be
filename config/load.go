package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds the configuration file, and maxSecret a file that holds one secret, in bytes.
const (
	maxFile   = 8 << 20
	maxSecret = 64 << 10
)

// Flags are values of the command line by key ("listen", "settings.accept_timeout"). An empty value is
// a flag that was not given.
type Flags map[string]string

// Load reads the defaults, then the file, then PARLEY_* of the environment, then the flags; each
// overrides what came before. An empty file name reads none. It names what cannot be read; Validate
// names what was read and makes no sense. The Config is usable only if neither found an Error.
func Load(file string, environ []string, flags Flags) (Config, []Problem) {
	l := newLoader(file, environ, readFile)
	if file != "" {
		l.file(file)
	}
	l.environment()
	l.flags(flags)
	l.cfg.Complete()
	l.cfg.origin = l.origin
	return l.cfg, l.problems
}

// loader gathers one configuration and every problem met on the way.
type loader struct {
	cfg      Config
	env      map[string]string
	read     func(name string, most int64) ([]byte, error)
	folder   string // what file: references are relative to
	origin   *origin
	literals []string // keys of secrets written out in the file
	problems []Problem
}

func newLoader(file string, environ []string, read func(string, int64) ([]byte, error)) *loader {
	l := &loader{
		cfg:    Default(),
		env:    make(map[string]string, len(environ)),
		read:   read,
		folder: filepath.Dir(file),
		origin: newOrigin(file),
	}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok {
			l.env[name] = value
		}
	}
	return l
}

// refuse notes that the value of a key could not be read: nothing more is said about it.
func (l *loader) refuse(at place, key, message, remedy string) {
	l.origin.refused[key] = true
	l.complain(at, key, message, remedy)
}

// complain notes a problem that leaves the key's value usable.
func (l *loader) complain(at place, key, message, remedy string) {
	l.problems = append(l.problems, Problem{File: at.file, Line: at.line, Key: key, Message: message, Remedy: remedy})
}

func (l *loader) file(name string) {
	data, err := l.read(name, maxFile)
	if err != nil {
		l.refuse(place{file: name}, "", "cannot be read: "+reason(err), "give a readable file with --config, or none")
		return
	}
	l.parse(name, data)
	l.warnReadable(name)
}

// parse reads one YAML document into the configuration.
func (l *loader) parse(name string, data []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return // an empty file says nothing, which is allowed
	}
	if err == nil {
		var second yaml.Node
		if again := decoder.Decode(&second); !errors.Is(again, io.EOF) {
			err = again
			if again == nil {
				err = fmt.Errorf("line %d: a second document begins", second.Line)
			}
		}
	}
	if err != nil {
		message, line := syntax(err)
		l.refuse(place{file: name, line: line}, "", "is not valid YAML: "+message,
			`correct the indentation or quoting; special characters, and ${ENV_NAME} inside { }, need double quotes`)
		return
	}
	if len(doc.Content) == 1 {
		l.document(name, doc.Content[0])
	}
}

var (
	lineOf   = regexp.MustCompile(`line (\d+): `)
	quotedIn = regexp.MustCompile(`'[^']*[\pL\pN][^']*'|"[^"]*[\pL\pN][^"]*"|` + "`[^`]*[\\pL\\pN][^`]*`")
)

// syntax takes the line out of a YAML error, and quoted words: a password that begins with * or & and
// stands without quotes would be among them.
func syntax(err error) (message string, line int) {
	message = strings.TrimPrefix(err.Error(), "yaml: ")
	if m := lineOf.FindStringSubmatch(message); m != nil {
		_, _ = fmt.Sscan(m[1], &line)
		message = strings.Replace(message, m[0], "", 1)
	}
	return quotedIn.ReplaceAllString(message, hidden), line
}

// warnReadable warns about a file of secrets that everybody on the machine can read.
func (l *loader) warnReadable(name string) {
	info, err := os.Stat(name)
	if err != nil || len(l.literals) == 0 || info.Mode().Perm()&0o004 == 0 {
		return
	}
	l.problems = append(l.problems, Problem{
		Severity: Warning, File: name,
		Message: fmt.Sprintf("everybody on this machine can read the %d secrets written in it (first: %s)",
			len(l.literals), l.literals[0]),
		Remedy: "chmod 600 " + name + ", or give secrets as ${ENV_NAME} or file:PATH",
	})
}

func (l *loader) flags(flags Flags) {
	known := keys()
	for _, key := range sortedKeys(flags) {
		at := place{file: "flag --" + strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-")}
		switch {
		case flags[key] == "":
		case known[key] == nil:
			l.refuse(at, key, "is not a key that a flag can set", "set it in the configuration file")
		default:
			l.override(key, known[key], flags[key], at)
		}
	}
}

// readFile reads a regular file of at most most bytes.
func readFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("is larger than %d bytes", most)
	}
	return data, err
}

// reason is an error without the file's name, which the problem already tells.
func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
