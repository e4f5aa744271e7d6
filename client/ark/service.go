package ark

import (
	"time"

	"seedreel/client"
	"seedreel/client/ark/simulated"
	"seedreel/client/rest"
	"seedreel/client/service"
)

// settingRegion is the name of the setting for the cloud that issued the key.
const settingRegion = "region"

// Service describes ModelArk.
func Service() service.Descriptor {
	return service.Descriptor{
		ID: Name, Name: "BytePlus ModelArk",
		KeyVar: "ARK_API_KEY", BaseVar: "ARK_BASE_URL", Base: regions[defaultRegion],
		Address: func(extra map[string]string) string { return regions[extra[settingRegion]] },
		KeyNote: "BytePlus does not serve customers in the United States, and Seedance 2.0 and later answer only after a prepaid resource pack was bought",
		// Requests per minute and concurrent clips are shown in the console,
		// for each model and account, and published nowhere.
		Limits: service.Limits{InFlight: 2, SubmitsPerMinute: 10},
		// The maker's samples poll every 30 s, the busiest known client every
		// 9.
		Polls:     service.Polls{Pace: 10 * time.Second, PerSecond: 5},
		ListsBack: keptFor,
		Can:       service.Abilities{List: true, Find: true, Cancel: true},
		Settings: []service.Setting{{
			Name: settingRegion, Label: "Region", Values: []string{abroad, china}, Default: defaultRegion,
			Help: "The cloud that the key is of: BytePlus (bytepluses) or Volcengine in China (volces), which bills in yuan; the prices shown are those of BytePlus.",
		}},
		Simulate: simulated.New,
		New: func(c rest.Config, extra map[string]string) (client.Provider, error) {
			return New(c, extra[settingRegion])
		},
	}
}
