// Package screen is that of the published module.
package screen

import published "published.invalid/ultraviolet/screen"

var FillArea = published.FillArea
