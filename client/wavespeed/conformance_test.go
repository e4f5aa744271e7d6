package wavespeed_test

import (
	"testing"

	"seedreel/client/wavespeed"
	"seedreel/client/conformance"
)

func TestConformance(t *testing.T) { conformance.Test(t, wavespeed.Service()) }
