module clients

go 1.26

require github.com/WaveSpeedAI/wavespeed-go v0.2.1
