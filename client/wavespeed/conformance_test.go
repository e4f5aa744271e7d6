package wavespeed_test

import (
	"testing"

	"seedreel/client/conformance"
	"seedreel/client/wavespeed"
)

func TestConformance(t *testing.T) { conformance.Test(t, wavespeed.Service()) }
