package ark

import (
	"fmt"

	"seedreel/client/catalogue"
)

// The regions, by the names of their clouds. Keys and model ids of one are
// unknown in the other.
const (
	abroad        = "bytepluses"
	china         = "volces"
	defaultRegion = abroad
)

var regions = map[string]string{
	abroad: "https://ark.ap-southeast.bytepluses.com",
	china:  "https://ark.cn-beijing.volces.com",
}

// modelID returns the region's id of a model.
func (p *Provider) modelID(m *catalogue.Model) (string, error) {
	if p.region == defaultRegion {
		return m.ID, nil
	}
	if id := m.RegionIDs[p.region]; id != "" {
		return id, nil
	}
	return "", fmt.Errorf("the region %s has no model %s", p.region, m.ID)
}

// inDollars reports whether the region bills by the catalogue's list.
func (p *Provider) inDollars() bool { return p.region == abroad }
