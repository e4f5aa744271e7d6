// Package all lists the video services. Adding one takes a folder and a line
// here.
package all

import (
	"seedreel/client/aimlapi"
	"seedreel/client/ark"
	"seedreel/client/service"
	"seedreel/client/simulator"
	"seedreel/client/wavespeed"
)

// Services returns the services in the order in which they are shown.
func Services() []service.Descriptor {
	return []service.Descriptor{
		wavespeed.Service(),
		aimlapi.Service(),
		ark.Service(),
	}
}

// IDs returns the ids of the services in the same order.
func IDs() []string {
	var ids []string
	for _, d := range Services() {
		ids = append(ids, d.ID)
	}
	return ids
}

// Find returns the service with an id. It reports false if there is none.
func Find(id string) (service.Descriptor, bool) {
	for _, d := range Services() {
		if d.ID == id {
			return d, true
		}
	}
	return service.Descriptor{}, false
}

// Dialects returns the practice twins of the services that have one.
func Dialects() []simulator.NewDialect {
	var out []simulator.NewDialect
	for _, d := range Services() {
		if d.Simulate != nil {
			out = append(out, d.Simulate)
		}
	}
	return out
}
