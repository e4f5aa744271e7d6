package aimlapi_test

import (
	"testing"

	"seedreel/client/aimlapi"
	"seedreel/client/conformance"
)

func TestConformance(t *testing.T) { conformance.Test(t, aimlapi.Service()) }
