package ui

const textProduct = "Pubpoint"
