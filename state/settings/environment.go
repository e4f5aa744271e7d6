package settings

import (
	"strings"

	"seedreel/client/all"
)

// Variable returns the environment variable that overrides a setting:
// SEEDREEL_ and its name in capitals, with _ for each dot.
func Variable(name string) string {
	return "SEEDREEL_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// variables returns all environment variables that override a setting, the
// stronger one first: the address of a service has a second one, which other
// programs use, too.
func variables(name string) []string {
	out := []string{Variable(name)}
	if v := baseVar(name); v != "" {
		out = append(out, v)
	}
	return out
}

// baseVar returns the service's own variable for its address.
func baseVar(name string) string {
	for _, d := range all.Services() {
		if name == prefixOf(d.ID)+"base_url" {
			return d.BaseVar
		}
	}
	return ""
}

// IsAddress reports whether a setting is the address of a service.
func IsAddress(name string) bool { return baseVar(name) != "" }

// Override returns the environment variable that a setting has its value from,
// "" if it is not overridden.
func Override(name string, env Env) string {
	for _, v := range variables(name) {
		if strings.TrimSpace(env(v)) != "" {
			return v
		}
	}
	return ""
}

// override puts the values of the environment over those of the file.
func (s *Settings) override(env Env) error {
	for _, k := range Keys() {
		name := Override(k.Name, env)
		if name == "" {
			continue
		}
		if err := k.set(s, strings.TrimSpace(env(name))); err != nil {
			return &Error{File: "the environment", Key: name, Problem: err.Error()}
		}
	}
	return nil
}
