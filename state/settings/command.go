package settings

import (
	"encoding/json"
	"errors"
	"strings"
)

// command returns a setting that is a program with its arguments.
func command(name, help string, at func(*Settings) *string) Key {
	return text(name, help, func(v string) error {
		_, err := Command(v)
		return err
	}, at)
}

// Command returns the program and its arguments of a setting: words, or a list
// in JSON where one has a blank in it. No shell reads them. It returns nil for
// "".
func Command(value string) ([]string, error) {
	if !strings.HasPrefix(strings.TrimSpace(value), "[") {
		return strings.Fields(value), nil
	}
	var args []string
	if err := json.Unmarshal([]byte(value), &args); err != nil || len(args) == 0 || args[0] == "" {
		return nil, errors.New(`must be a program and its arguments, or a list such as ["notify", "a clip"]`)
	}
	return args, nil
}
