package aimlapi

import (
	"time"

	"seedreel/client"
	"seedreel/client/aimlapi/simulated"
	"seedreel/client/rest"
	"seedreel/client/service"
)

// Service describes the AI/ML API.
func Service() service.Descriptor {
	return service.Descriptor{
		ID: Name, Name: "AI/ML API",
		KeyVar: "AIMLAPI_API_KEY", BaseVar: "AIMLAPI_BASE_URL", Base: "https://api.aimlapi.com",
		// The service publishes no numbers for video. Five at a time is what
		// the maker of the models allows (Volcengine Ark, limits of the lite
		// models); the number per minute is well below the maker's.
		Limits: service.Limits{InFlight: 5, SubmitsPerMinute: 10},
		// docs.aimlapi.com, video model pages: samples poll every 10 or 15 s.
		// Five a second is the maker's 300 requests a minute.
		Polls: service.Polls{Pace: 10 * time.Second, PerSecond: 5},
		// There is no upload: images travel with the request.
		ListsBack: logWindow,
		Can:       service.Abilities{Quote: true, Balance: true, Charge: true, List: true, Find: true, Models: true},
		New:       func(c rest.Config, _ map[string]string) (client.Provider, error) { return New(c) },
		Simulate:  simulated.New,
	}
}
