// Package all lists the video services. Adding one is a folder and a line here.
package all

import (
	aimlapi "seedreel/client/aimlapi/simulated"
	"seedreel/client/simulator"
	wavespeed "seedreel/client/wavespeed/simulated"
)

// Dialects returns the practice twins of all services.
func Dialects() []simulator.NewDialect {
	return []simulator.NewDialect{wavespeed.New, aimlapi.New}
}
