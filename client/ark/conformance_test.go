package ark_test

import (
	"testing"

	"seedreel/client/ark"
	"seedreel/client/conformance"
)

func TestConformance(t *testing.T) { conformance.Test(t, ark.Service()) }
