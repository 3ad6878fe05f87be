/** What customers' pictures show: a parcel with a crushed corner on a doormat. The simulator's are of a single shade. */
export const photo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480">
<rect width="640" height="330" fill="#cfc8bb"/>
<rect y="318" width="640" height="162" fill="#7d6f60"/><rect y="318" width="640" height="7" fill="#efe9df"/>
<path d="M60 356h520l46 124H14z" fill="#4a5a52"/><path d="M74 366h492l38 104H36z" fill="none" stroke="#5f7168" stroke-width="6"/>
<ellipse cx="330" cy="430" rx="240" ry="26" fill="#323d37"/>
<path d="M140 190l250-8 8 244-246-6z" fill="#b98a54"/>
<path d="M390 182l100-46 6 60-34 22 30 26-4 140-90 42z" fill="#85602f"/>
<path d="M140 190l108-50 168-8 34 14 40-10-100 46z" fill="#d9b07c"/>
<path d="M450 146l-22 30-38 6 60-36zM462 218l-30 8-24-22 54 14z" fill="#5e4020"/>
<path d="M488 244l-26-26-40 16" fill="none" stroke="#4c3317" stroke-width="4"/>
<path d="M238 187l22-47 26-2-14 48 6 238-34-1z" fill="#e3d0ab"/>
<rect x="166" y="300" width="60" height="76" rx="3" fill="#f6f3ec"/><path d="M174 314h44M174 326h44M174 338h30" stroke="#8a8275" stroke-width="4"/>
<path d="M176 350h3v18h-3zm6 0h2v18h-2zm5 0h5v18h-5zm8 0h2v18h-2zm5 0h4v18h-4zm7 0h2v18h-2zm5 0h4v18h-4z" fill="#222"/></svg>`;
