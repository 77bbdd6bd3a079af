"""Entries of ``sources.toml``; a line added after one belongs to it."""

TAY_NINH_ENTRY = """
[[source]]
id = "SCT_VN34_80"
area = "VN34_80"
name = "Sở Công Thương tỉnh Tây Ninh"
forms = ["IIP", "RETAIL"]
path = "inbox/SCT_VN34_80"
"""
HO_CHI_MINH_ENTRY = """
[[source]]
id = "SCT_VN34_79"
area = "VN34_79"
name = "Sở Công Thương Thành phố Hồ Chí Minh"
forms = ["IIP"]
path = "inbox/SCT_VN34_79"
"""
