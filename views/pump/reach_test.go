package pump

import (
	"errors"
	"slices"
	"testing"
	"time"

	"seedreel/client/aimlapi"
	"seedreel/client/wavespeed"
	"seedreel/state/store"
	"seedreel/ui/safe"
)

// With one of two services out of reach the network is there; with the only
// usable one out of reach it is as good as gone.
func TestTheHeaderTellsAServiceFromTheNetwork(t *testing.T) {
	t.Parallel()
	first, second := store.Service{Provider: wavespeed.Name}, store.Service{Provider: aimlapi.Name}
	for name, tt := range map[string]struct {
		away  []store.Service
		ready []string
		want  safe.String
	}{
		"all there":    {nil, []string{wavespeed.Name, aimlapi.Name}, ""},
		"one of two":   {[]store.Service{second}, []string{wavespeed.Name, aimlapi.Name}, "AI/ML API away"},
		"the only one": {[]store.Service{second}, []string{aimlapi.Name}, noNetwork},
		"both":         {[]store.Service{first, second}, []string{wavespeed.Name, aimlapi.Name}, noNetwork},
	} {
		offline := map[store.Service]time.Time{}
		for _, sv := range tt.away {
			offline[sv] = time.Unix(0, 0)
		}
		got := outOfReach(offline, func(id string) error {
			if slices.Contains(tt.ready, id) {
				return nil
			}
			return errors.New("no key")
		})
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
