package config

import (
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// scalar reads one text into a value. inFile says that a secret written out in it lies in the file.
func (l *loader) scalar(dst reflect.Value, text, key string, at place, inFile bool) {
	switch p := dst.Addr().Interface().(type) {
	case *string:
		*p = l.fill(text, key, at)
	case *Secret:
		value, ok := l.reveal(text, key, at)
		*p = Secret(value)
		if ok && inFile && value != "" && value == text {
			l.literals = append(l.literals, key)
		}
	case *Address:
		value, _ := l.reveal(text, key, at)
		*p = Address(value)
		if inFile && value == text && p.String() != value {
			l.literals = append(l.literals, key)
		}
	case *time.Duration:
		set(l, p, key, at, text, duration)
	case *int:
		set(l, p, key, at, text, whole)
	case *float64:
		set(l, p, key, at, text, number)
	case *bool:
		set(l, p, key, at, text, truth)
	default:
		panic("config: no reader for " + dst.Type().String()) // a field of a new type: caught by the first test that loads anything
	}
}

// set reads a value of a type that not every text is, leaving the default if it is none.
func set[T any](l *loader, dst *T, key string, at place, text string, read func(string) (T, error)) {
	value, err := read(text)
	if err != nil {
		l.refuse(at, key, clip(text)+" is not "+err.Error(), "write "+example(reflect.TypeFor[T]()))
		return
	}
	*dst = value
}

func duration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("a duration with its unit")
	}
	return d, nil
}

func whole(text string) (int, error) {
	n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	if err != nil {
		return 0, errors.New("a whole number")
	}
	return n, nil
}

func number(text string) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, errors.New("a number")
	}
	return f, nil
}

func truth(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("true or false")
}

// example shows what a value of a type looks like.
func example(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "a duration such as 30s, 5m or 1h30m; 0 turns it off"
	case reflect.TypeFor[int]():
		return "a whole number such as 5"
	case reflect.TypeFor[float64]():
		return "a number such as 2.5"
	case reflect.TypeFor[bool]():
		return "true or false"
	case reflect.TypeFor[Secret]():
		return "text in double quotes, ${ENV_NAME} or file:PATH"
	default:
		return "text, in double quotes if it has special characters"
	}
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// reveal gives the text a secret stands for: ${ENV_NAME} and file:PATH are followed, anything else is
// the secret itself. Files are relative to the configuration file.
func (l *loader) reveal(text, key string, at place) (string, bool) {
	if inner, ok := strings.CutPrefix(text, "${"); ok && strings.HasSuffix(inner, "}") {
		return l.fromEnvironment(strings.TrimSuffix(inner, "}"), key, at)
	}
	if name, ok := strings.CutPrefix(text, "file:"); ok {
		return l.fromFile(name, key, at)
	}
	return text, true
}

// fill follows ${ENV_NAME} in a value that is no secret; file: is for secrets only.
func (l *loader) fill(text, key string, at place) string {
	if inner, ok := strings.CutPrefix(text, "${"); ok && strings.HasSuffix(inner, "}") {
		text, _ = l.fromEnvironment(strings.TrimSuffix(inner, "}"), key, at)
	}
	return text
}

func (l *loader) fromEnvironment(name, key string, at place) (string, bool) {
	value := l.env[name]
	switch {
	case !envName.MatchString(name):
		l.refuse(at, key, "does not name an environment variable inside ${ }", "write ${ENV_NAME}, with letters, digits and _ only")
		return "", false
	case value == "":
		l.refuse(at, key, "the environment variable "+name+" is not set", "set "+name+", or write the value here")
		return "", false
	}
	return value, true
}

func (l *loader) fromFile(name, key string, at place) (string, bool) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.folder, path)
	}
	data, err := l.read(path, maxSecret)
	value := strings.TrimRight(string(data), "\r\n")
	switch {
	case err != nil:
		l.refuse(at, key, "the secret's file "+clip(name)+" cannot be read: "+reason(err), "give a readable file of one line")
		return "", false
	case value == "":
		l.refuse(at, key, "the secret's file "+clip(name)+" is empty", "write the secret into it")
		return "", false
	}
	return value, true
}
