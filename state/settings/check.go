package settings

// Check tells whether a value may be set; its error completes a sentence that
// the setting's name begins.
func (k *Key) Check(value string) error {
	probe := Defaults()
	return k.set(&probe, value)
}
