package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
)

// writeIcons puts a picture into the hicolor theme below the data directory share, in the sizes that desktops
// ask for and that it is a multiple or a little more of.
func writeIcons(from, share, name string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	picture, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for _, size := range []int{16, 24, 32, 48, 64, 128, 256, 512} {
		dir := filepath.Join(share, "icons", "hicolor", fmt.Sprintf("%dx%d", size, size), "apps")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make folder of icons: %w", err)
		}
		var out bytes.Buffer
		if err := png.Encode(&out, shrink(picture, size)); err != nil {
			return fmt.Errorf("encode icon: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), out.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write icon: %w", err)
		}
	}
	return nil
}

// shrink draws a picture size pixels wide and high: each pixel is the mean of what it covers.
func shrink(picture image.Image, size int) *image.NRGBA {
	bounds := picture.Bounds()
	small := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			left, right := bounds.Min.X+x*bounds.Dx()/size, bounds.Min.X+max((x+1)*bounds.Dx()/size, x*bounds.Dx()/size+1)
			top, bottom := bounds.Min.Y+y*bounds.Dy()/size, bounds.Min.Y+max((y+1)*bounds.Dy()/size, y*bounds.Dy()/size+1)
			small.Set(x, y, mean(picture, image.Rect(left, top, right, bottom)))
		}
	}
	return small
}

// mean is the mean colour of an area. Colours count by how opaque they are, as RGBA gives them.
func mean(picture image.Image, area image.Rectangle) color.Color {
	var sum [4]uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, a := picture.At(x, y).RGBA()
			sum[0], sum[1], sum[2], sum[3] = sum[0]+uint64(r), sum[1]+uint64(g), sum[2]+uint64(b), sum[3]+uint64(a)
		}
	}
	n := uint64(area.Dx() * area.Dy())
	return color.RGBA64{R: uint16(sum[0] / n), G: uint16(sum[1] / n), B: uint16(sum[2] / n), A: uint16(sum[3] / n)}
}
