package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/service"
)

// prefixOf returns the prefix of the names of all settings of a service.
func prefixOf(id string) string { return "services." + id + "." }

// serviceKeys returns the settings of one service: those that all have, and
// those that its descriptor adds.
func serviceKeys(d *service.Descriptor) []Key {
	id := d.ID
	keys := []Key{
		{
			Name: prefixOf(id) + "base_url", Default: d.Base, Help: "Where the API is, https or on this machine.",
			get: func(s *Settings) string { return s.Services[id].BaseURL },
			set: func(s *Settings, v string) error {
				u, err := baseURL(v)
				if err == nil {
					s.edit(id, func(part *Service) { part.BaseURL = u })
				}
				return err
			},
		},
		whole(id, "in_flight", d.Limits.InFlight, "Clips under way at a time.", 10_000, func(part *Service) *int { return &part.InFlight }),
		whole(id, "submits_per_minute", d.Limits.SubmitsPerMinute, "Clips to ask for in a minute.", 5_000, func(part *Service) *int { return &part.SubmitsPerMinute }),
	}
	for _, x := range d.Settings {
		keys = append(keys, extra(id, x))
	}
	return keys
}

// whole returns a setting that is a whole number from 1 to most.
func whole(id, name string, def int, help string, most int, at func(*Service) *int) Key {
	return Key{
		Name: prefixOf(id) + name, Type: Whole, Default: strconv.Itoa(def), Help: help,
		get: func(s *Settings) string {
			part := s.Services[id]
			return strconv.Itoa(*at(&part))
		},
		set: func(s *Settings, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 || n > most {
				return fmt.Errorf("must be a whole number from 1 to %d", most)
			}
			s.edit(id, func(part *Service) { *at(part) = n })
			return nil
		},
	}
}

// extra returns a setting that only this service has.
func extra(id string, x service.Setting) Key {
	return Key{
		Name: prefixOf(id) + x.Name, Default: x.Default, Help: x.Help, Choices: x.Values,
		get: func(s *Settings) string { return s.Services[id].Extra[x.Name] },
		set: func(s *Settings, v string) error {
			if err := plain(v); err != nil {
				return err
			}
			if len(x.Values) > 0 && !slices.Contains(x.Values, v) {
				return errors.New("must be one of " + strings.Join(x.Values, ", "))
			}
			s.edit(id, func(part *Service) {
				if part.Extra == nil {
					part.Extra = map[string]string{}
				}
				part.Extra[x.Name] = v
			})
			return nil
		},
	}
}
