package catalogue

// InputSeconds returns the total length of the media billed by length, 0 when
// it is unknown or nothing is billed so. look provides the facts.
func (m *Model) InputSeconds(v Values, look Inspect) float64 {
	in := m.Price.InputSeconds
	if in == nil {
		return 0
	}
	f := m.FieldNamed(in.Field)
	if f == nil {
		return 0
	}
	total := 0.0
	for _, item := range v.Media(f.Role) {
		facts, err := look(item)
		if err != nil || facts.Seconds <= 0 {
			return 0
		}
		total += facts.Seconds
	}
	return total
}
