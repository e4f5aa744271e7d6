package wavespeed

import (
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/service"
	"seedreel/client/wavespeed/simulated"
)

// Service describes WaveSpeedAI.
func Service() service.Descriptor {
	return service.Descriptor{
		ID: Name, Name: "WaveSpeedAI",
		KeyVar: "WAVESPEED_API_KEY", BaseVar: "WAVESPEED_BASE_URL", Base: "https://api.wavespeed.ai",
		// Bronze, the level of every new account, has 2 videos a minute and 2
		// at a time (wavespeed.ai docs, "account levels"). No endpoint returns
		// an account's level, so a higher one is a setting.
		Limits: service.Limits{InFlight: 2, SubmitsPerMinute: 2},
		// wavespeed.ai/docs/get-result: poll video every 5 s or slower. No
		// page bounds all polls together; the service's own tools poll each
		// clip once a second.
		Polls: service.Polls{Pace: 5 * time.Second, PerSecond: 10, Most: 100},
		// Uploads are kept for 7 days; a day is left for the job that uses one.
		LinkLife:  6 * 24 * time.Hour,
		ListsBack: keptFor,
		// predictions/delete removes records and stops nothing, so there is no
		// Cancel.
		Can:      service.Abilities{Quote: true, Balance: true, Charge: true, List: true, Find: true, Models: true, Rewrite: true, Upload: true, Records: true},
		New:      func(c rest.Config, _ map[string]string) (client.Provider, error) { return New(c) },
		Simulate: simulated.New,
	}
}
