weft_link_pkg.sv
weft_link_echo.sv
